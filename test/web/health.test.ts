import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogStatus } from "../../src/message-log/message-log.ts";
import { startWeb, withAnswers } from "../support/web-server.ts";

const paths = ["/health", "/health/ready", "/health/live"];

test("health says ok, how many are connected, and is never cached", async (t) => {
  const web = await startWeb(t);
  web.health.connections = 3;
  web.health.people = 2;
  for (const path of paths) {
    const { status, headers, body } = await web.ask(path);
    assert.equal(status, 200);
    assert.equal(headers["cache-control"], "no-store");
    assert.match(headers["content-type"] ?? "", /^application\/json/);
    const { uptime_s, ...rest } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(rest, { status: "ok", connections: 3, people: 2 });
    assert.ok(Number.isInteger(uptime_s));
  }
});

test("HEAD tells the same without a body", async (t) => {
  const web = await startWeb(t);
  for (const path of paths) {
    const { status, headers, body } = await web.ask(path, { method: "HEAD" });
    assert.deepEqual([status, body], [200, ""]);
    assert.equal(headers["cache-control"], "no-store");
  }
});

test("HTTP/1.0 without Host is answered, as old balancers ask", async (t) => {
  const web = await startWeb(t, { env: { ALLOWED_ORIGINS: "https://chat.example.com" } });
  assert.match(await web.raw("GET /health HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"status":"ok"/);
});

test("every other method is refused, with what is allowed", async (t) => {
  const web = await startWeb(t);
  for (const method of ["POST", "DELETE", "OPTIONS", "TRACE"]) {
    const { status, headers } = await web.ask("/health", { method });
    assert.deepEqual([status, headers.allow], [405, "GET, HEAD"]);
  }
});

test("a conditional request still gets the present state", async (t) => {
  const web = await startWeb(t);
  assert.equal((await web.ask("/health", { headers: { "If-None-Match": "*" } })).status, 200);
});

test("nothing of it is logged", async (t) => {
  const web = await startWeb(t);
  await web.ask("/health");
  await web.ask("/health", { method: "POST" });
  assert.deepEqual(web.lines, []);
});

const conditions: readonly { name: string; status: LogStatus; codes: readonly number[] }[] = [
  { name: "degraded", status: { state: "degraded", reason: "disk full" }, codes: [200, 503, 200] },
  { name: "unavailable", status: { state: "unavailable", reason: "replaying" }, codes: [503, 503, 200] },
];

for (const { name, status, codes } of conditions) {
  test(`while ${name} the answers to health, ready and live are ${codes.join(", ")}, and say why`, async (t) => {
    const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, { status }) });
    const answers = await Promise.all(paths.map((path) => web.ask(path)));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      codes,
    );
    for (const { body } of answers) {
      const told = JSON.parse(body) as { status: unknown; reason: unknown };
      assert.deepEqual([told.status, told.reason], [name, "reason" in status ? status.reason : undefined]);
    }
  });
}

test("while draining, health is 503, the process alive, and every answer closes its connection", async (t) => {
  const web = await startWeb(t);
  assert.notEqual(
    (await web.ask("/", { headers: { Connection: "keep-alive" } })).headers.connection,
    "close",
  );
  web.health.isDraining = true;
  const answers = await Promise.all(paths.map((path) => web.ask(path)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 503, 200],
  );
  assert.match(answers[0]?.body ?? "", /"status":"draining"/);
  for (const path of [...paths, "/", "/nowhere", "/static/favicon.svg", "/r/x/events"]) {
    const { headers } = await web.ask(path, { headers: { Connection: "keep-alive" } });
    assert.equal(headers.connection, "close", path);
  }
});
