/** What somebody asks for is what is kept and what the others are told: no more where it is refused, no less of what it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, connectPlain, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";

const message = (ref: string, text: string, more: object = {}): object => ({
  action: "message",
  ref,
  message: text,
  ...more,
});

test("I1 what is refused for now is neither kept nor shown", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "1" });
  const ana = await connect(server.socket("a"), { key: newKey() });
  const ben = await connect(server.socket("a"), { key: newKey() });
  ana.send(message("r1", "one"));
  ana.send(message("r2", "too soon"));
  assert.equal((await ana.until("error")).code, "rate_limited");
  ben.send(message("r3", "behind it"));
  await ben.until("ack");
  assert.deepEqual(
    ben.all("msg").map(({ msg }) => msg),
    ["one", "behind it"],
  );
});

test("an answer says what it answers, to those who are there and to those who come later", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("a"), { key: newKey() });
  ana.send(message("r1", "a question"));
  const { seq } = await ana.until("ack");
  ana.send(message("r2", "an answer", { reply_to: seq }));
  const answer = await ana.until("msg", ({ ref }) => ref === "r2");
  const later = await connect(server.socket("a"), { key: newKey(), since: seq, epoch: ana.welcome.epoch });
  const again = await later.until("msg");
  assert.deepEqual([answer.reply_to, again.reply_to], [seq, seq]);
});

test("who comes without a position is not told to start over", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("a"), { key: newKey() });
  ana.send({ action: "ping" });
  await ana.until("pong");
  assert.deepEqual(ana.all("reset"), []);
});

test("a plain client is called by its number", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("a"), { key: newKey() });
  const plain = await connectPlain(server.socket("a"));
  plain.send({ action: "message", message: "hi" });
  assert.equal((await ana.until("msg")).name, "User 2");
});

test("who left is told once, and so is who came", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("a"), { key: newKey() });
  const ben = await connect(server.socket("a"), {});
  await ana.until("presence", ({ joined }) => joined.some(({ uid }) => uid === ben.welcome.uid));
  await ben.close();
  await ana.until("presence", ({ left }) => left.includes(ben.welcome.uid));
  const cyn = await connect(server.socket("a"), { key: newKey() });
  const next = await ana.until("presence", ({ joined }) => joined.length > 0);
  assert.deepEqual([next.joined.map(({ uid }) => uid), next.left], [[cyn.welcome.uid], []]);
});
