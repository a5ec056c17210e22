import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { subprotocol } from "../../src/protocol/client-frames.ts";
import { eventually } from "../message-log/opened-log.ts";
import { connect, newKey, TestClient } from "../support/client.ts";
import { startNats } from "../support/nats.ts";
import { spawnServer, startServer } from "../support/server.ts";

const secret = "s".repeat(32);

test("two nodes are one chat: what is said at one is told and kept at the other, under one number", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const env = { NATS_URL: nats.url, SECRET: secret };
  const [one, two] = [await startServer(t, env), await startServer(t, env)];
  const [ann, bob] = [await connect(one.socket()), await connect(two.socket())];
  ann.send({ action: "message", ref: "r1", message: "hello over there" });
  const heard = await bob.until("msg");
  const told = await ann.until("ack");
  assert.deepEqual([heard.msg, heard.seq], ["hello over there", told.seq]);
  assert.equal(heard.uid, ann.welcome.uid);
  const page = await fetch(`${two.url}/r/lobby/events?limit=50`);
  assert.match(await page.text(), /hello over there/);
});

test("I2 I3 a node killed with acts under way: sent again to another node, each is there once", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const env = { NATS_URL: nats.url, SECRET: secret };
  const [one, two] = [await spawnServer(t, env), await startServer(t, env)];
  const key = newKey();
  const ann = await connect(one.socket(), { key });
  const refs = Array.from({ length: 200 }, (_, at) => `ref-${at}`);
  for (const ref of refs) ann.send({ action: "message", ref, message: ref });
  await eventually(() => ann.all("ack").length > 20);
  const acknowledged = ann.all("ack").map(({ ref }) => ref);
  await one.kill("SIGKILL");
  const again = await connect(two.socket(), { key });
  for (const ref of refs) again.send({ action: "message", ref, message: ref });
  await eventually(() => again.all("ack").length === refs.length);
  const page = await fetch(`${two.url}/r/lobby/events?limit=500`);
  const { events } = (await page.json()) as { events: { ref: string }[] };
  assert.deepEqual(
    events.map(({ ref }) => ref),
    refs,
  );
  assert.ok(acknowledged.length > 20);
});

test("I5 a client ahead of its node is taken in once the node is there, and sent to try again where it never comes", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const node = await startServer(t, { NATS_URL: nats.url, SECRET: secret });
  const ann = await connect(node.socket());
  const say = async (ref: string): Promise<number> => {
    ann.send({ action: "message", ref, message: ref });
    return (await ann.until("ack")).seq;
  };
  const { epoch } = ann.welcome;
  const head = await say("r1");
  const far = new TestClient(node.socket(), subprotocol);
  await once(far.websocket, "open");
  far.send({ action: "hello", since: head + 1_000, epoch });
  const near = connect(node.socket(), { since: head + 1, epoch });
  // An answer to what came later on the same node: both have been heard by now, and wait.
  await (await connect(node.socket())).close();
  assert.equal(await say("r2"), head + 1);
  const { welcome } = await near;
  assert.deepEqual([welcome.resumed, welcome.head], [true, head + 1]);
  assert.equal((await far.closed).code, 4009);
});

test("a node whose NATS is away answers /health, and is ready by itself when NATS comes", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const server = await startServer(t, { NATS_URL: nats.url, SECRET: secret });
  const ann = await connect(server.socket());
  await nats.kill("SIGKILL");
  await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 503);
  const health = await fetch(`${server.url}/health`);
  const { status, reason } = (await health.json()) as { status: string; reason: string };
  assert.deepEqual([health.status, status], [200, "degraded"]);
  assert.match(reason, /NATS is away/);
  assert.equal((await fetch(`${server.url}/r/lobby/events`)).status, 200, "reading goes on");
  ann.send({ action: "message", ref: "r1", message: "waits" });
  await nats.start();
  const told = await ann.until("ack");
  assert.equal(told.ref, "r1");
  await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
});
