import assert from "node:assert/strict";
import { test } from "node:test";
import { connectPlain } from "../support/client.ts";
import { spawnServer } from "../support/server.ts";
import { startWeb, withAnswers } from "../support/web-server.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

test("every answer names its request, and a proxy's name for it counts only where that proxy is believed", async (t) => {
  const headers = { "X-Request-Id": "proxy-1/abc=" };
  const idFrom = async (hops: string, given: Readonly<Record<string, string>>): Promise<string> => {
    const web = await startWeb(t, { env: { TRUST_PROXY: hops } });
    return String((await web.ask("/nowhere", { headers: given })).headers["x-request-id"]);
  };
  assert.match(await idFrom("0", headers), uuid);
  assert.equal(await idFrom("1", headers), "proxy-1/abc=");
  for (const forged of ["", "a b", "x".repeat(129), '"},"event":"forged'])
    assert.match(await idFrom("1", { "X-Request-Id": forged }), uuid);
});

test("a failure's line carries the name its client was given", async (t) => {
  const wrapLog = (log: Parameters<typeof withAnswers>[0]) =>
    withAnswers(log, {
      pageBefore: () => {
        throw new Error("a bug");
      },
    });
  const web = await startWeb(t, { wrapLog });
  const { status, headers } = await web.ask("/r/ops/events");
  assert.equal(status, 500);
  const [line = ""] = web.lines.filter((each) => each.includes("http_failed"));
  assert.equal((JSON.parse(line) as { request: string }).request, headers["x-request-id"]);
});

test("logs are one event a line, and even at their most talkative hold no text, key, token or query", async (t) => {
  const env = { LOG_LEVEL: "trace", POST_TOKEN: "xyzzy-token", METRICS_TOKEN: "xyzzy-metrics" };
  const server = await spawnServer(t, env);
  const authorization = { Authorization: "Bearer xyzzy-token", "Content-Type": "application/json" };
  const post = (body: string, headers = authorization) =>
    fetch(`${server.url}/r/ops/messages`, { method: "POST", headers, body });
  await post('{"text":"xyzzy said"}');
  await post('{"text":"xyzzy');
  await post("{}", { ...authorization, Authorization: "Bearer xyzzy-wrong" });
  await fetch(`${server.url}/r/ops/search?q=xyzzy`);
  await fetch(`${server.url}/metrics?token=xyzzy`, { headers: { Authorization: "Basic xyzzy" } });
  const plain = await connectPlain(`${server.socket("ops")}?key=xyzzy`);
  plain.send("xyzzy no json");
  await plain.until("error");
  await fetch(`${server.url}/r/ops?name=xyzzy`, { headers: { Cookie: "xyzzy" } });
  await server.stop();
  for (const line of server.output) {
    const { level, time, event } = JSON.parse(line) as Record<string, unknown>;
    assert.ok(
      [level, time, event].every((field) => typeof field === "string"),
      line,
    );
    assert.ok(!line.includes("xyzzy"), line);
  }
  const answers = server.output.filter((line) => line.includes('"http_answered"'));
  assert.ok(answers.length >= 6);
  assert.ok(answers.every((line) => uuid.test((JSON.parse(line) as { request: string }).request)));
});

test("that a connection was opened, from where, and how it ended is a line each at debug, under one name", async (t) => {
  const server = await spawnServer(t, { LOG_LEVEL: "debug" });
  await (await connectPlain(server.socket("ops"))).close(1000);
  await server.stop();
  const told = (event: string): Record<string, unknown>[] =>
    server.output
      .flatMap((line) => (line.includes(`"event":"${event}"`) ? [JSON.parse(line) as object] : []))
      .map((line) => ({ ...line }));
  const [opened, ...others] = told("connection_opened");
  assert.deepEqual(others, []);
  assert.match(String(opened?.["request"]), uuid);
  assert.equal(opened?.["address"], "127.0.0.1");
  assert.deepEqual(
    told("connection_closed").map(({ connectionId, code }) => [connectionId, code]),
    [[opened["connectionId"], 1000]],
  );
});
