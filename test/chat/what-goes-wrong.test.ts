/** Each row of what goes wrong in the article's server, and what happens in this one. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connectPlain, TestClient } from "../support/client.ts";
import { closeFrame, frame, opcodes, RawPeer } from "../support/raw-peer.ts";
import { spawnServer, startServer } from "../support/server.ts";

const hi = { action: "message", message: "hi" };

async function two(url: string): Promise<[TestClient, TestClient]> {
  const [ana, ben] = [await connectPlain(url), await connectPlain(url)];
  await ana.until("users", (users) => users.count === 2);
  await ben.until("users");
  return [ana, ben];
}

for (const [what, text, code] of [
  ["text that is not JSON", "hello?", "bad_json"],
  ["an empty frame", "", "bad_json"],
  ["JSON that is no object", "[1]", "bad_frame"],
  ["null", "null", "bad_frame"],
  ["a frame without an action", "{}", "bad_frame"],
  ["an action that is no string", '{"action":7}', "bad_frame"],
  ["a message without its text", '{"action":"message"}', "bad_frame"],
  ["a message that is no string", '{"action":"message","message":7}', "bad_frame"],
  ["a message with half a character", '{"action":"message","message":"\\ud800"}', "bad_frame"],
  ["a message with NUL", '{"action":"message","message":"a\\u0000b"}', "bad_frame"],
  ["deep JSON", `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`, "bad_frame"],
  ["a prototype's name as action", '{"action":"__proto__"}', "unknown_action"],
  ["a text over the limit", JSON.stringify({ action: "message", message: "x".repeat(4_001) }), "too_long"],
] as const) {
  test(`${what} is answered with ${code} to its sender alone, who is read on (I8)`, async (t) => {
    const server = await startServer(t);
    const [ana, ben] = await two(server.socket());
    ana.send(text);
    const error = await ana.until("error");
    assert.equal(error.code, code);
    assert(error.message.length > 0);
    ana.send(hi);
    await ben.until("msg");
    assert.deepEqual(ben.all("error"), []);
  });
}

test("an action it does not know is answered with an error that names it", async (t) => {
  const server = await startServer(t);
  const [ana] = await two(server.socket());
  ana.send({ action: "dance" });
  const error = await ana.until("error");
  assert.equal(error.code, "unknown_action");
  assert.match(error.message, /"dance"/);
});

test("a plain client's unknown fields are ignored, whatever they hold", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  ana.send({ ...hi, ref: 7, reply_to: "x", more: { a: [] } });
  assert.equal((await ben.until("msg")).msg, "hi");
});

test("a member that died in mid-broadcast is dropped, and everybody else gets the message (I7)", async (t) => {
  const server = await startServer(t);
  const url = server.socket();
  const clients: TestClient[] = [];
  for (let id = 1; id <= 5; id += 1) clients.push(await connectPlain(url));
  const [ana, , dying, , last] = clients;
  assert(ana && dying && last);
  await last.until("users", (users) => users.count === 5);
  dying.reset();
  ana.send(hi);
  await ana.until("msg");
  ana.send({ action: "message", message: "again" });
  await last.until("msg", ({ msg }) => msg === "again");
  assert.deepEqual(
    last.all("msg").map(({ msg }) => msg),
    ["hi", "again"],
  );
  while (!last.all("users").some((users) => users.count === 4 && users.id === 3)) await last.until("users");
});

test("a frame over 65,536 bytes closes its sender with 1009, once, and the count is right", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  ana.send(JSON.stringify({ action: "message", message: "x".repeat(65_537) }));
  assert.equal((await ana.closed).code, 1009);
  assert.deepEqual(await ben.until("users", (users) => !users.new_user), {
    type: "users",
    count: 1,
    new_user: false,
    id: 1,
  });
  ben.send(hi);
  await ben.until("msg");
  assert.equal(ben.all("users").filter((users) => !users.new_user).length, 1, "told once");
});

test("a frame of exactly 65,536 bytes is read", async (t) => {
  const server = await startServer(t);
  const [ana] = await two(server.socket());
  const frame = JSON.stringify({ action: "message", message: "" });
  ana.send(frame.replace('""', `"${"x".repeat(65_536 - frame.length)}"`));
  assert.equal((await ana.until("error")).code, "too_long");
});

test("a TCP reset leaves no ghost", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  ana.reset();
  assert.equal((await ben.until("users", (users) => !users.new_user)).count, 1);
});

test("a peer that sends a close frame and keeps its TCP connection is gone at once", async (t) => {
  const server = await startServer(t);
  const ana = await connectPlain(server.socket());
  const { port } = new URL(server.url);
  const raw = connectTcp(Number(port), "127.0.0.1");
  t.after(() => raw.destroy());
  raw.write(
    "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await ana.until("users", (users) => users.count === 2);
  raw.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  await ana.until("users", (users) => users.count === 1 && !users.new_user);
});

test("a peer that only shuts its sending side is gone at once", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  const raw = connectTcp(Number(new URL(server.url).port), "127.0.0.1");
  t.after(() => raw.destroy());
  raw.write(
    "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await ben.until("users", (users) => users.count === 3);
  raw.end();
  await ben.until("users", (users) => users.count === 2 && users.id === 3);
  ana.send(hi);
  await ben.until("msg");
});

test("a peer that answers no ping is gone after two, and no sooner", async (t) => {
  const server = await startServer(t, { PING_INTERVAL_MS: "1000" });
  const [ana, ben] = await two(server.socket());
  let pings = 0;
  ana.websocket.on("ping", () => (pings += 1));
  const mute = new TestClient(server.socket(), undefined, { autoPong: false });
  let mutePings = 0;
  mute.websocket.on("ping", () => (mutePings += 1));
  await once(mute.websocket, "open");
  assert.equal((await mute.closed).code, 1006);
  await ben.until("users", (users) => !users.new_user && users.id === 3);
  assert.equal(mutePings, 2);
  assert(pings >= 2);
  assert.equal(ana.websocket.readyState, ana.websocket.OPEN);
});

test("a binary frame closes its sender with 1003", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  ana.websocket.send(Buffer.from("{}"));
  assert.equal((await ana.closed).code, 1003);
  await ben.until("users", (users) => users.count === 1);
});

test("somebody who leaves during a broadcast harms nobody", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  for (let round = 0; round < 20; round += 1) {
    const leaver = await connectPlain(server.socket());
    ana.send({ action: "message", message: `${round}` });
    leaver.reset();
  }
  await ben.until("msg", ({ msg }) => msg === "19");
  assert.equal(ben.all("msg").length, 20);
});

test("more than 500 frames a second are a flood: closed 4429, and others are read", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await two(server.socket());
  for (let at = 0; at < 1_200; at += 1) ana.websocket.ping();
  assert.equal((await ana.closed).code, 4429);
  ben.send(hi);
  await ben.until("msg");
});

test("broken frames write no log lines: else a peer could fill the disk with them", async (t) => {
  const server = await spawnServer(t);
  for (const broken of [frame(3), frame(opcodes.text, "\xff".repeat(70_000)), closeFrame(999)]) {
    const peer = await RawPeer.connect(server.socket());
    await peer.send(broken);
    await peer.ended;
    assert.notEqual(peer.closeCode, undefined);
  }
  await server.stop();
  const events = server.output.map((line) => /"event":"([^"]+)"/.exec(line)?.[1]);
  assert.deepEqual(events, ["ready", "stopping", "draining", "drained"]);
});

test("a ping is answered with its own words", async (t) => {
  const server = await startServer(t);
  const peer = await RawPeer.connect(server.socket());
  await peer.send(frame(opcodes.ping, "are you there"));
  await peer.until(() => peer.payloads(opcodes.pong).length > 0);
  assert.deepEqual(peer.payloads(opcodes.pong).map(String), ["are you there"]);
});
