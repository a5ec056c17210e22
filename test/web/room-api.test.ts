import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { SearchTimeout } from "../../src/message-log/message-log.ts";
import type { MessageLog, SearchHit } from "../../src/message-log/message-log.ts";
import type { EventsPage } from "../../src/protocol/events.ts";
import { keep, message, startWeb, uidOf, withAnswers } from "../support/web-server.ts";
import type { Answer, Web } from "../support/web-server.ts";

async function eventsOf(web: Web, path: string): Promise<EventsPage> {
  const { status, body } = await web.ask(path);
  assert.equal(status, 200, body);
  return JSON.parse(body) as EventsPage;
}

function texts(page: EventsPage): string[] {
  return page.events.map((event) => (event.type === "msg" || event.type === "edit" ? event.msg : event.type));
}

function errorOf({ body }: Answer): { code: string; message: string } {
  return (JSON.parse(body) as { error: { code: string; message: string } }).error;
}

async function keepNumbered(log: MessageLog, room: string, count: number): Promise<number[]> {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return Promise.all(numbers.map((number) => keep(log, message(room, `m${number}`))));
}

test("events are the newest messages, older ones before a number, newer ones after it", async (t) => {
  const web = await startWeb(t);
  const seqs = await keepNumbered(web.log, "standup", 60);
  const newest = await eventsOf(web, "/r/standup/events");
  assert.deepEqual([newest.events.length, newest.more, newest.head], [50, true, web.log.head]);
  assert.equal(newest.epoch, web.log.epoch);
  assert.deepEqual(texts(newest).slice(-2), ["m59", "m60"]);
  const older = await eventsOf(web, `/r/standup/events?before=${seqs[10] ?? 0}&limit=3`);
  assert.deepEqual([texts(older), older.more], [["m8", "m9", "m10"], true]);
  const newer = await eventsOf(web, `/r/standup/events?after=${seqs[57] ?? 0}`);
  assert.deepEqual([texts(newer), newer.more], [["m59", "m60"], false]);
});

test("a limit is cut at 500", async (t) => {
  const web = await startWeb(t);
  await keepNumbered(web.log, "big", 510);
  const page = await eventsOf(web, "/r/big/events?after=0&limit=9000");
  assert.deepEqual([page.events.length, page.more], [500, true]);
});

test("I9 a room is read in any spelling, and no other room is", async (t) => {
  const web = await startWeb(t);
  await keep(web.log, message("café", "here"));
  await keep(web.log, message("other", "elsewhere"));
  for (const spelling of ["caf%C3%A9", "CAF%C3%89", "cafe%CC%81"]) {
    assert.deepEqual(texts(await eventsOf(web, `/r/${spelling}/events`)), ["here"], spelling);
  }
  for (const path of ["/r/-/events", "/r/%zz/events", "/r/a%2Fb/search?q=a", "/r//people", "/r/../export"]) {
    const answer = await web.ask(path);
    assert.equal(answer.status, 404, path);
  }
  assert.equal(errorOf(await web.ask("/r/-/events")).code, "not_found");
});

test("a mistake in a parameter is told by name, value and what is allowed", async (t) => {
  const web = await startWeb(t);
  for (const [query, told] of [
    ["events?before=x", 'The parameter "before" is "x" but must be a whole number, 0 or more.'],
    ["events?after=-1", 'The parameter "after" is "-1" but must be a whole number, 0 or more.'],
    ["events?limit=0", 'The parameter "limit" is "0" but must be a whole number, 1 or more.'],
    ["events?limit=", 'The parameter "limit" is "" but must be a whole number, 1 or more.'],
    ["events?limit=1e3", 'The parameter "limit" is "1e3" but must be a whole number, 1 or more.'],
    ["events?limit=1&limit=2", 'The parameter "limit" is "1, 2" but must be a whole number, 1 or more.'],
    [
      "events?after=9007199254740993",
      'The parameter "after" is "9007199254740993" but must be a whole number, 0 or more.',
    ],
    ["events?after=1&before=2", 'The parameter "after" is "1" but must be left out where "before" is given.'],
    ["search", 'The parameter "q" is "" but must be a text of 1 to 200 characters to look for.'],
    ["search?q=%20", 'The parameter "q" is " " but must be a text of 1 to 200 characters to look for.'],
    ["people?q=a%00", 'The parameter "q" is "a\\u0000" but must be one text of at most 200 characters.'],
    ["export?format=pdf", 'The parameter "format" is "pdf" but must be "md" or "json".'],
  ] as const) {
    const answer = await web.ask(`/r/x/${query}`);
    assert.equal(answer.status, 400, query);
    assert.deepEqual(errorOf(answer), { code: "bad_parameter", message: told });
    assert.equal(answer.headers["cache-control"], "no-store");
  }
  assert.equal((await web.ask(`/r/x/search?q=${"%F0%9F%98%80".repeat(200)}`)).status, 200);
  assert.equal((await web.ask(`/r/x/search?q=${"a".repeat(201)}`)).status, 400);
});

test("an unchanged room is 304 without a read, and any act on it ends that", async (t) => {
  let reads = 0;
  const wrapLog = (log: MessageLog): MessageLog =>
    withAnswers(log, {
      pageBefore: (...asked) => {
        reads += 1;
        return log.pageBefore(...asked);
      },
    });
  const web = await startWeb(t, { wrapLog });
  const target = await keep(web.log, message("standup", "first"));
  const fetchEvents = async (etag = "", query = ""): Promise<Answer> =>
    web.ask(`/r/standup/events${query}`, { headers: { "If-None-Match": etag } });

  const first = await fetchEvents();
  const etag = first.headers.etag ?? "";
  assert.equal(first.headers["cache-control"], "private, no-cache");
  assert.deepEqual([(await fetchEvents(etag)).status, reads], [304, 1]);
  assert.equal((await fetchEvents(etag, "?limit=1")).status, 200, "another question has another answer");

  await keep(web.log, message("elsewhere", "not here"));
  assert.equal((await fetchEvents(etag)).status, 304);
  const uid = uidOf("Ana");
  await keep(web.log, { type: "delete", room: "standup", uid, ref: randomUUID(), target });
  const after = await fetchEvents(etag);
  assert.equal(after.status, 200);
  assert.ok(!after.body.includes("first"));
});

test("people are those present, narrowed by a query, and never cached", async (t) => {
  const web = await startWeb(t);
  web.present.push({ id: 1, uid: uidOf("Ana"), name: "Ana" }, { id: 2, uid: uidOf("Ben"), name: "Ben" });
  const all = await web.ask("/r/standup/people");
  assert.equal(all.headers["cache-control"], "no-store");
  assert.deepEqual(JSON.parse(all.body), { count: 2, people: web.present });
  const some = await web.ask("/r/standup/people?q=Be");
  assert.deepEqual(JSON.parse(some.body), { count: 2, people: web.present.slice(1) });
});

test("search finds what was said in the room", async (t) => {
  const web = await startWeb(t);
  const seq = await keep(web.log, message("standup", "the otter swims"));
  await keep(web.log, message("elsewhere", "another otter"));
  const { status, body } = await web.ask("/r/standup/search?q=otter");
  assert.equal(status, 200);
  const { hits } = JSON.parse(body) as { hits: SearchHit[] };
  assert.deepEqual(
    hits.map((hit) => hit.seq),
    [seq],
  );
  for (const q of ['"', "otter%22%20OR%20NEAR(", "%2A", "a%20AND", "%F0%9F%98%80"]) {
    assert.equal((await web.ask(`/r/standup/search?q=${q}`)).status, 200, q);
  }
});

test("a search that takes too long is 503, with when to try again", async (t) => {
  const search = () => Promise.reject(new SearchTimeout("too long"));
  const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, { search }) });
  const answer = await web.ask("/r/standup/search?q=a");
  assert.deepEqual([answer.status, answer.headers["retry-after"]], [503, "1"]);
  assert.equal(errorOf(answer).code, "unavailable");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.deepEqual(web.lines, []);
});

test("while the log cannot be read the answer is 503 and says why; any other failure is a 500", async (t) => {
  let isBroken = true;
  const fail = (): never => {
    throw new Error("disk I/O error");
  };
  const wrapLog = (log: MessageLog): MessageLog =>
    withAnswers(log, {
      version: fail,
      search: () => Promise.reject(new Error("disk I/O error")),
      get status() {
        return isBroken ? ({ state: "unavailable", reason: "disk I/O error" } as const) : log.status;
      },
    });
  const web = await startWeb(t, { wrapLog });
  for (const what of ["events", "search?q=a", "export"]) {
    const answer = await web.ask(`/r/standup/${what}`);
    assert.deepEqual([answer.status, answer.headers["retry-after"]], [503, "1"], what);
    assert.match(errorOf(answer).message, /disk I\/O error/);
  }
  isBroken = false;
  assert.equal(errorOf(await web.ask("/r/standup/events")).code, "internal");
  assert.equal(web.lines.length, 1);
});

test("other methods are refused, and HEAD is GET without a body", async (t) => {
  const web = await startWeb(t);
  for (const path of ["events", "people", "search?q=a", "export"].map((name) => `/r/events/${name}`)) {
    const post = await web.ask(path, { method: "POST" });
    assert.deepEqual([post.status, post.headers.allow], [405, "GET, HEAD"], path);
    assert.equal(errorOf(post).code, "method_not_allowed");
    const get = await web.ask(path);
    const head = await web.ask(path, { method: "HEAD" });
    assert.deepEqual([head.status, head.body, head.headers.etag], [get.status, "", get.headers.etag], path);
    assert.equal(head.headers["content-type"], get.headers["content-type"], path);
  }
});
