/** What the server writes for people is in their language; what it writes for programs never changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { english } from "../../src/web/texts/english.ts";
import { german } from "../../src/web/texts/german.ts";
import { keep, message, startWeb } from "../support/web-server.ts";

const inGerman = { "Accept-Language": "fr-CH, de-AT;q=0.9, en;q=0.8" };
const langOf = (body: string) => /<html lang="([^"]*)"/.exec(body)?.[1];

test("error pages are in the language their reader likes best of those there are, and say so", async (t) => {
  const web = await startWeb(t, { env: { METRICS_TOKEN: "a-secret-token-of-the-operator" } });
  for (const [path, status, words] of [
    ["/nowhere", 404, german.problems.nothingHere],
    ["/static/nothing", 404, german.problems.nothingHere],
    ["/r/-a", 404, german.problems.noRoomName],
    ["/metrics", 401, german.problems.noToken("METRICS_TOKEN")],
  ] as const) {
    const answer = await web.ask(path, { headers: inGerman });
    assert.equal(answer.status, status, path);
    assert.equal(langOf(answer.body), "de", path);
    assert.ok(answer.body.includes(`<h1>${words.title}</h1>`), path);
    assert.ok(answer.body.includes(german.toLobby), path);
    assert.match(answer.headers.vary ?? "", /Accept-Language/, path);
  }
  const posted = await web.ask("/", { method: "POST", headers: inGerman });
  assert.ok(posted.body.includes("Hier gibt es kein POST, nur GET und HEAD."));
});

test("a room without JavaScript is in its reader's language, and no cache gives it to readers of another", async (t) => {
  const web = await startWeb(t);
  await keep(web.log, message("standup", "hello"));
  const de = await web.ask("/r/standup", { headers: inGerman });
  const en = await web.ask("/r/standup");
  assert.deepEqual([langOf(de.body), langOf(en.body)], ["de", "en"]);
  assert.ok(de.body.includes(german.plain.isMissing) && en.body.includes(english.plain.isMissing));
  for (const { headers } of [de, en]) assert.match(headers.vary ?? "", /Accept-Language/);
  assert.notEqual(de.headers.etag, en.headers.etag);
});

test("who reads none of the languages there are, or does not say, reads English", async (t) => {
  const web = await startWeb(t);
  for (const language of ["fr", "*", "", "de;q=0", "xx-;;,"]) {
    const { body } = await web.ask("/nowhere", { headers: { "Accept-Language": language } });
    assert.equal(langOf(body), "en", language);
  }
});

test("programs get the same words in every language", async (t) => {
  const web = await startWeb(t);
  const headers = { ...inGerman, Accept: "application/json" };
  const { body } = await web.ask("/nowhere", { headers });
  assert.deepEqual(JSON.parse(body), {
    error: { code: "not_found", message: english.problems.nothingHere.message },
  });
});
