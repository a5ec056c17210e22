import assert from "node:assert/strict";
import { test } from "node:test";
import { startWeb } from "../support/web-server.ts";

test("metrics are text for Prometheus, never cached, at any host", async (t) => {
  const web = await startWeb(t, { env: { ALLOWED_ORIGINS: "https://chat.example.com" } });
  const { status, headers, body } = await web.ask("/metrics", { headers: { Host: "10.0.0.5:9876" } });
  assert.equal(status, 200);
  assert.match(headers["content-type"] ?? "", /^text\/plain; version=0\.0\.4/);
  assert.equal(headers["cache-control"], "no-store");
  assert.match(body, /^confab_events_total\{type="msg"\} 0$/m);
  assert.match(body, /^process_cpu_seconds_total /m);
  assert.match(body, /^nodejs_eventloop_lag_p99_seconds /m);
});

test("with METRICS_TOKEN only who shows it reads the metrics", async (t) => {
  const token = "correct-horse-battery-staple";
  const web = await startWeb(t, { env: { METRICS_TOKEN: token } });
  const statusFor = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    return (await web.ask("/metrics", { headers })).status;
  };
  assert.equal(await statusFor(`Bearer ${token}`), 200);
  assert.equal(await statusFor(`bearer  ${token} `), 200);
  const wrong = [
    undefined,
    "",
    "Bearer",
    `Basic ${token}`,
    token,
    `Bearer ${token}x`,
    `Bearer ${token} ${token}`,
  ];
  for (const authorization of wrong) assert.equal(await statusFor(authorization), 401, authorization);
  assert.equal((await web.ask(`/metrics?token=${token}`)).status, 401);
});

test("a refusal says what to show, and neither it nor a log line holds the token", async (t) => {
  const web = await startWeb(t, { env: { METRICS_TOKEN: "correct-horse" } });
  const headers = { Authorization: "Bearer wrong-horse", Accept: "application/json" };
  const answer = await web.ask("/metrics", { headers });
  assert.equal(answer.headers["www-authenticate"], "Bearer");
  const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
  assert.equal(error.code, "unauthorized");
  assert.match(error.message, /METRICS_TOKEN/);
  assert.ok(![answer.body, ...web.lines].some((text) => text.includes("horse")));
});

test("metrics take GET and HEAD, nothing else", async (t) => {
  const web = await startWeb(t);
  assert.deepEqual((await web.ask("/metrics", { method: "HEAD" })).body, "");
  assert.equal((await web.ask("/metrics", { method: "POST" })).status, 405);
});

test("asked without pause the same text is told for a moment: it costs nobody anything", async (t) => {
  const web = await startWeb(t);
  const texts = await Promise.all(Array.from({ length: 20 }, async () => (await web.ask("/metrics")).body));
  assert.ok(new Set(texts).size < texts.length);
});

test("what HTTP answers is counted by status, health apart", async (t) => {
  const web = await startWeb(t);
  await web.ask("/health");
  await web.ask("/r/secret-room/events");
  await web.ask("/nowhere");
  await web.ask("/nowhere");
  const { body } = await web.ask("/metrics");
  assert.match(body, /^confab_http_requests_total\{status="200"\} 1$/m);
  assert.match(body, /^confab_http_requests_total\{status="404"\} 2$/m);
  assert.match(body, /^confab_http_request_seconds_count 3$/m);
});
