/** The ordered shutdown of the real process, step by step. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { eventually } from "./message-log/opened-log.ts";
import { connect, connectPlain, newKey } from "./support/client.ts";
import { freePort } from "./support/free-port.ts";
import { spawnServer, temporaryFolder, type Env } from "./support/server.ts";

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

/** A server whose lines nobody reads, with more of them on their way than a pipe holds. */
async function unread(t: TestContext, env: Env) {
  const port = await freePort();
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main], {
    env: {
      ...{ PATH: process.env["PATH"], LOG_LEVEL: "debug" },
      ...{ PORT: String(port), HOST: "127.0.0.1", DATA_DIR: temporaryFolder(t), DRAIN_DELAY_MS: "0", ...env },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const url = `127.0.0.1:${port}/`;
  const answers = async (path: string): Promise<boolean> =>
    fetch(`http://${url}${path}`, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => (await response.text()) !== "",
      () => false,
    );
  await eventually(() => answers("health/live"));
  for (let at = 0; at < unreadLines; at += 1) await answers("static/favicon.svg");
  /** The events of all its lines, read once it is ended and answers no more. */
  const eventsAtEnd = async (): Promise<(string | undefined)[]> => {
    child.kill("SIGTERM");
    await eventually(async () => !(await answers("health/live")));
    const lines = (await text(child.stdout)).matchAll(/^\{.*"event":"([^"]+)"\}$/gm);
    return [...lines].map(([, event]) => event);
  };
  return { socket: `ws://${url}`, child, eventsAtEnd };
}

const unreadLines = 600;

test("the last lines come whole and in order, also where nobody read any until the end", async (t) => {
  const events = await (await unread(t, {})).eventsAtEnd();
  assert.deepEqual(events.slice(-3), ["stopping", "draining", "drained"]);
  assert.equal(events.filter((event) => event === "http_answered").length, unreadLines);
});

test("that a drain took too long is told, also where nobody read any line until then", async (t) => {
  const server = await unread(t, { DRAIN_DEADLINE_MS: "200" });
  const ana = await connect(server.socket, { key: newKey() });
  ana.websocket.pause(); // It never answers the close frame.
  t.after(() => ana.websocket.terminate());
  const events = await server.eventsAtEnd();
  assert.ok(events.includes("drain_deadline_passed"));
  // Whole, too: an exit that did not wait for the reader cut the line that was on its way.
  assert.equal(events.filter((event) => event === "http_answered").length, unreadLines);
});

test("a stop ends also where nobody takes the last lines", async (t) => {
  const { child } = await unread(t, {});
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
});

test("a stop ends as ever where the reader of its lines is gone", async (t) => {
  // Long enough for it to have noticed, after which no line it writes calls back.
  const { child } = await unread(t, { DRAIN_DELAY_MS: "500" });
  const exited = once(child, "exit");
  child.stdout.destroy();
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
});
