/** The ordered shutdown of the real process, step by step. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connect, connectPlain, newKey } from "./support/client.ts";
import { spawnServer, temporaryFolder } from "./support/server.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} tells everybody to come back, closes 1012 and exits 0`, async (t) => {
    const server = await spawnServer(t);
    const ana = await connect(server.socket(), { key: newKey() });
    const plain = await connectPlain(server.socket());
    const exited = server.kill(signal);
    const reconnect = await ana.until("reconnect");
    assert(reconnect.after_ms >= 0 && reconnect.after_ms <= 1_000);
    assert.equal((await ana.closed).code, 1012);
    assert.equal((await plain.closed).code, 1012);
    assert.deepEqual(await exited, { code: 0, signal: null });
    assert.deepEqual(plain.all("reconnect"), [], "A5: a plain client knows no reconnect");
  });
}

test("while the balancer is given time to notice, health fails and everything still works", async (t) => {
  const server = await spawnServer(t, { DRAIN_DELAY_MS: "1500" });
  const ana = await connect(server.socket(), { key: newKey() });
  const exited = server.kill("SIGTERM");
  let health = await fetch(`${server.url}/health`);
  while (health.status === 200) health = await fetch(`${server.url}/health`);
  assert.equal(health.status, 503);
  assert.equal(((await health.json()) as { status: string }).status, "draining");
  assert.equal((await fetch(`${server.url}/health/ready`)).status, 503);
  assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
  const newcomer = await connect(server.socket(), { key: newKey() });
  newcomer.send({ action: "message", ref: "r1", message: "still open" });
  await ana.until("msg");
  assert.equal((await exited).code, 0);
});

test("what was acknowledged before the drain, and all that is in flight, is there after it, once", async (t) => {
  const dataDir = temporaryFolder(t);
  const server = await spawnServer(t, { DATA_DIR: dataDir });
  const key = newKey();
  const ana = await connect(server.socket(), { key });
  for (let at = 0; at < 300; at += 1) ana.send({ action: "message", ref: `r${at}`, message: String(at) });
  const first = await ana.until("ack");
  await server.kill("SIGTERM");
  await ana.closed;
  const acknowledged = ana.all("ack").map(({ ref }) => ref);
  const next = await spawnServer(t, { DATA_DIR: dataDir });
  const back = await connect(next.socket(), { key, since: 0 });
  for (let at = 0; at < 300; at += 1) back.send({ action: "message", ref: `r${at}`, message: String(at) });
  while (back.all("ack").length < 300) await back.until("ack");
  const kept = back.all("msg").map(({ ref }) => ref);
  assert.deepEqual(
    kept,
    Array.from({ length: 300 }, (_, at) => `r${at}`),
    "all, once, in order",
  );
  assert(acknowledged.every((ref) => kept.includes(ref)));
  assert.equal(back.all("ack").find(({ ref }) => ref === first.ref)?.seq, first.seq);
});

test("a second signal exits at once", async (t) => {
  const server = await spawnServer(t, { DRAIN_DELAY_MS: "60000", DRAIN_DEADLINE_MS: "90000" });
  const exited = server.kill("SIGTERM");
  while ((await fetch(`${server.url}/health`)).status === 200);
  // One within a tenth of a second is the same Ctrl-C, come through npm; so the signal is repeated until it counts.
  const again = setInterval(() => server.signal("SIGINT"), 20);
  assert.equal((await exited).code, 3);
  clearInterval(again);
});

test("a drain that takes too long ends at DRAIN_DEADLINE_MS all the same", async (t) => {
  const server = await spawnServer(t, { DRAIN_DELAY_MS: "100", DRAIN_DEADLINE_MS: "400" });
  const ana = await connect(server.socket(), { key: newKey() });
  ana.websocket.pause(); // It never answers the close frame.
  assert.equal((await server.kill("SIGTERM")).code, 0);
});

test("a connection that never asked anything does not hold up a stop", async (t) => {
  const server = await spawnServer(t, { DRAIN_DEADLINE_MS: "60000" });
  const silent = connectTcp(Number(new URL(server.url).port), "127.0.0.1");
  await once(silent, "connect");
  const closed = once(silent, "close");
  silent.resume();
  assert.deepEqual(await server.kill("SIGTERM"), { code: 0, signal: null });
  await closed;
  assert(server.output.some((line) => line.includes('"event":"drained"')));
});
