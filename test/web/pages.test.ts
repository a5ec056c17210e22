import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { keep, message, startWeb, uidOf, withAnswers } from "../support/web-server.ts";

test("/ is the lobby and /r/<room> any other room, each with relative addresses only", async (t) => {
  const web = await startWeb(t, { env: { PUBLIC_NAME: "Büro <1>" } });
  for (const [path, room, base] of [
    ["/", "lobby", ""],
    ["/r/standup", "standup", "../"],
    ["/r/b%C3%BCro", "büro", "../"],
    ["/r/events", "events", "../"],
  ] as const) {
    const { status, headers, body } = await web.ask(path);
    assert.equal(status, 200, path);
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.match(headers["content-type"] ?? "", /^text\/html; charset=utf-8/);
    assert.ok(body.includes(`data-room="${room}"`), path);
    assert.ok(body.includes(`src="${base}static/app/page-AAAA2222.js"`), path);
    assert.ok(body.includes("Büro &lt;1&gt;") && !body.includes("<1>"));
    assert.doesNotMatch(body, /(?:href|src|action)="(?:\/|https?:)/);
  }
});

test("I9 without JavaScript a room shows what was said last, as text, cut where it is long, and says what is missing", async (t) => {
  const web = await startWeb(t);
  const empty = await web.ask("/r/standup");
  assert.match(empty.body, /<noscript>[^]*Nobody has said anything here yet\.[^]*<\/noscript>/);
  for (let at = 1; at <= 25; at += 1) await keep(web.log, message("standup", `number ${at};`));
  const wrong = await keep(web.log, message("standup", "a secret"));
  const target = { room: "standup", uid: uidOf("Ana"), target: wrong };
  await keep(web.log, { type: "delete", ref: "d1", ...target });
  await keep(web.log, message("standup", "</noscript><script>alert(1)</script> & co", "<b>Bo</b>"));
  await keep(web.log, message("standup", "😀".repeat(4_000)));
  const { body } = await web.ask("/r/standup");
  const [, within = "", after = ""] = body.split(/<\/?noscript>/);
  assert.deepEqual([within.match(/<li /g)?.length, after.includes("<li")], [20, false]);
  assert.ok(within.includes("number 25;") && !within.includes("number 8;"));
  assert.ok(within.includes("&lt;/noscript&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; co"));
  assert.ok(within.includes("&lt;b&gt;Bo&lt;/b&gt;") && !within.includes("<script"));
  assert.ok(within.includes(`>${"😀".repeat(500)}…<`));
  assert.ok(!body.includes("a secret") && within.includes("deleted"));
  assert.match(within, /allow JavaScript[^]*href="..\/r\/standup\/export\?format=md"/);
  assert.match(body, /<meta name="robots" content="noindex">/);
});

test("a log that cannot be read takes no page with it", async (t) => {
  const broken = {
    status: { state: "unavailable", reason: "the disk is gone" } as const,
    pageBefore: () => {
      throw new Error("unreadable");
    },
  };
  const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, broken) });
  const { status, body } = await web.ask("/r/standup");
  assert.deepEqual([status, body.includes("cannot be read right now")], [200, true]);
});

test("a page that did not change is not sent again", async (t) => {
  const web = await startWeb(t);
  const { headers } = await web.ask("/r/standup");
  const again = await web.ask("/r/standup", { headers: { "If-None-Match": headers.etag ?? "" } });
  assert.deepEqual([again.status, again.body], [304, ""]);
});

test("another spelling is sent to the room's one address, relatively, its query kept", async (t) => {
  const web = await startWeb(t);
  for (const [path, address] of [
    ["/r/lobby", "../"],
    ["/r/LOBBY?a=1", "../?a=1"],
    ["/r/lobby/", "../../"],
    ["/r/Foo", "foo"],
    ["/r/Foo?x=1&y=%2F?", "foo?x=1&y=%2F?"],
    ["/r/foo/", "../foo"],
    ["/r/Foo/?x", "../foo?x"],
    ["/r/CAF%C3%89", "caf%C3%A9"],
    ["/r/cafe%CC%81", "caf%C3%A9"],
  ] as const) {
    const { status, headers } = await web.ask(path);
    assert.deepEqual([status, headers.location], [308, address], path);
    // As a browser behind a proxy that adds a prefix would resolve it.
    const target = new URL(headers.location ?? "", `https://host/chat${path}`);
    assert.match(target.pathname, /^\/chat\/(?:r\/[^/]+)?$/, path);
    const arrived = await web.ask(target.pathname.slice("/chat".length));
    assert.equal(arrived.status, 200, path);
  }
});

test("a redirect never leaves the host, whatever it is given", async (t) => {
  const web = await startWeb(t);
  for (const path of [
    "//evil.example/r/Foo",
    "/r//evil.example",
    "/r/Foo?//evil.example",
    "/r/Foo/?\\evil",
  ]) {
    const { headers } = await web.ask(path);
    const target = new URL(headers.location ?? "", "https://host/r/Foo/");
    assert.equal(target.host, "host", path);
  }
});

const strange = [
  "/r", "/r/", "/r//", "/R/foo", "/r/foo/bar", "/r/-a", "/r/a.b", "/r/..", "/r/../r", "/r/%2e%2e", "/r/%2E", "/r/a%2Fb",
  "/r/a%00", "/r/a%0d%0aX:1", "/r/%zz", "/r/%", "/r/%C3", "/r/%2546oo", `/r/${"a".repeat(65)}`, "/r/%F0%9F%98%80",
  "/nowhere", "/index.html", "/.env", "//", "/r/%ED%A0%80",
]; // prettier-ignore

test("what names no room and no file is a 404 page", async (t) => {
  const web = await startWeb(t);
  for (const path of strange) {
    const { status, headers, body } = await web.ask(path);
    assert.equal(status, 404, path);
    assert.equal(headers["cache-control"], "no-store", path);
    assert.match(body, /<!doctype html>/, path);
  }
  assert.deepEqual(web.lines, [], "a wrong address is nothing for the operator");
});

test("who asks for a room by what is no name is shown the one they may have meant, and the way there", async (t) => {
  const web = await startWeb(t);
  for (const path of ["/r/Team%20stand%20up!", "/r/team%20stand%20up!/", "/r/%3Cteam%3E%22stand%22.up"]) {
    const { status, body } = await web.ask(path);
    assert.equal(status, 404, path);
    const [, address = "", name] =
      /<a class="btn is-primary[^"]*" href="([^"]+)">.*<bdi translate="no">(.*)<\/bdi>/.exec(body) ?? [];
    assert.equal(name, "team-stand-up", path);
    const { pathname } = new URL(address, `https://host/chat${path}`);
    assert.equal(pathname, "/chat/r/team-stand-up", path);
    assert.doesNotMatch(body, /<team>/);
  }
  assert.doesNotMatch((await web.ask("/r/!!")).body, /<bdi/);
});

test("an error page finds its style from any depth", async (t) => {
  const web = await startWeb(t);
  for (const path of ["/a", "/r/", "/r/a/b/c", "//a", "/static/nothing", "/static/app/nothing", "/r/%zz"]) {
    const { body } = await web.ask(path);
    const style = /href="([^"]*page-BBBB3333\.css)"/.exec(body)?.[1] ?? "";
    assert.equal(new URL(style, `https://host${path}`).pathname, "/static/app/page-BBBB3333.css", path);
  }
});

test("whoever prefers JSON gets errors as JSON", async (t) => {
  const web = await startWeb(t);
  const { status, body } = await web.ask("/nowhere", { headers: { Accept: "application/json" } });
  assert.equal(status, 404);
  assert.deepEqual(JSON.parse(body), {
    error: { code: "not_found", message: "There is nothing at this address. A room is at /r/ and its name." },
  });
});

test("HEAD works wherever GET does", async (t) => {
  const web = await startWeb(t);
  for (const path of [
    "/",
    "/r/foo",
    "/r/Foo",
    "/r/-",
    "/static/favicon.svg",
    "/static/app/page-AAAA2222.js",
  ]) {
    const get = await web.ask(path);
    const head = await web.ask(path, { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [get.status, ""], path);
    assert.equal(head.headers["content-type"], get.headers["content-type"], path);
    assert.equal(head.headers.etag, get.headers.etag, path);
  }
});

test("other methods are refused, with what is allowed", async (t) => {
  const web = await startWeb(t);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    for (const path of ["/", "/r/foo", "/r/foo/", "/static/favicon.svg"]) {
      const { status, headers } = await web.ask(path, { method });
      assert.deepEqual([status, headers.allow], [405, "GET, HEAD"], `${method} ${path}`);
    }
  }
});

test("requests in absolute and asterisk form are answered", async (t) => {
  const web = await startWeb(t);
  assert.match(
    await web.raw("GET http://host/r/Foo HTTP/1.0\r\n\r\n"),
    /^HTTP\/1\.1 308 [\s\S]*\nLocation: foo\r/,
  );
  assert.match(await web.raw("OPTIONS * HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 404 /);
});

test("a fault of ours is a 500 page and one log line, and its cause is not told", async (t) => {
  const viewsDir = mkdtempSync(join(tmpdir(), "confab-views-"));
  t.after(() => rmSync(viewsDir, { recursive: true }));
  mkdirSync(viewsDir, { recursive: true });
  writeFileSync(join(viewsDir, "room.ejs"), "<% throw new Error('broken on purpose') %>");
  writeFileSync(join(viewsDir, "error.ejs"), "<h1><%= status %></h1>");
  const web = await startWeb(t, { viewsDir });
  const { status, body, headers } = await web.ask("/r/foo?q=private");
  assert.deepEqual([status, body, headers["cache-control"]], [500, "<h1>500</h1>", "no-store"]);
  assert.equal(web.lines.length, 1);
  assert.match(web.lines[0] ?? "", /"event":"http_failed"/);
  assert.ok(!web.lines.join().includes("private"), "what was asked for is not the operator's business");
});

test("where even the error page is broken, plain words are left", async (t) => {
  const viewsDir = mkdtempSync(join(tmpdir(), "confab-views-"));
  t.after(() => rmSync(viewsDir, { recursive: true }));
  writeFileSync(join(viewsDir, "error.ejs"), "<% throw new Error('broken on purpose') %>");
  const web = await startWeb(t, { viewsDir });
  const { status, body, headers } = await web.ask("/nowhere");
  assert.equal(status, 500);
  assert.match(headers["content-type"] ?? "", /^text\/plain/);
  assert.doesNotMatch(body, /broken on purpose|\.ejs|at /);
  assert.equal(web.lines.length, 1);
});
