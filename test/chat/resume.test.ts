/** I5: a connection is gapless or closed, from whatever position it goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import type { ChatEvent } from "../../src/protocol/events.ts";
import { eventually } from "../message-log/opened-log.ts";
import { connect, connectPlain, newKey, type TestClient } from "../support/client.ts";
import { startServer, temporaryFolder } from "../support/server.ts";

const events = (client: TestClient): ChatEvent[] =>
  client.frames.filter((frame): frame is ChatEvent => "seq" in frame && frame.type !== "ack");
const texts = (client: TestClient): string[] => client.all("msg").map(({ msg }) => msg);

/** In buffers. What nobody holds is given back by a thread, a little after a collection. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

async function say(client: TestClient, count: number, prefix: string, padding = ""): Promise<number> {
  for (let at = 0; at < count; at += 1) {
    client.send({ action: "message", ref: `${prefix}-${at}`, message: `${prefix} ${at}${padding}` });
  }
  return (await client.until("ack", ({ ref }) => ref === `${prefix}-${count - 1}`)).seq;
}

test("since brings exactly what was missed, in order, of every kind, then what comes live", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("a"), { key: newKey() });
  const position = await say(ana, 3, "before");
  const target = await say(ana, 2, "missed");
  ana.send({ action: "edit", ref: "e", target, message: "changed" });
  ana.send({ action: "react", ref: "r", target, emoji: "👍", on: true });
  await ana.until("ack", ({ ref }) => ref === "r");
  const other = await connect(server.socket("b"), { key: newKey() });
  await say(other, 1, "elsewhere");

  const { epoch } = ana.welcome;
  const back = await connect(server.socket("a"), { key: newKey(), since: position, epoch });
  assert.equal(back.welcome.resumed, true);
  await say(ana, 1, "live");
  await back.until("msg", ({ msg }) => msg === "live 0");
  assert.deepEqual(
    events(back),
    events(ana).filter(({ seq }) => seq > position),
  );
});

test("I5 who cannot be told what they missed is closed, and nobody with nothing to read notices", async (t) => {
  const { dataDir, stop, socket } = await startServer(t);
  const writer = await connect(socket(), { key: newKey() });
  writer.send({ action: "message", ref: "r1", message: "missed" });
  await writer.until("ack");
  await stop();
  // Nothing of what was said before is in its memory.
  const server = await startServer(t, { DATA_DIR: dataDir });
  const live = await connect(server.socket(), { key: newKey() });
  const broken = t.mock.method(SqliteLog.prototype, "eventsAfter", () => {
    throw new Error("the disk cannot be read");
  });
  const late = await connect(server.socket(), { key: newKey(), since: 0 });
  assert.equal((await late.closed).code, 1011);
  assert.deepEqual(late.all("msg"), []);
  assert(broken.mock.callCount() > 0);
  live.send({ action: "message", ref: "r2", message: "live" });
  await live.until("ack");
});

test("since 0 needs no epoch and brings everything", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  await say(ana, 300, "m");
  const ben = await connect(server.socket(), { since: 0 });
  assert.equal(ben.welcome.resumed, true);
  await ben.until("msg", ({ msg }) => msg === "m 299");
  assert.deepEqual(texts(ben), texts(ana));
});

test("no since is live from head, without history", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  const head = await say(ana, 3, "m");
  const ben = await connect(server.socket(), {});
  assert.deepEqual([ben.welcome.resumed, ben.welcome.head], [false, head]);
  await say(ana, 1, "live");
  await ben.until("msg");
  assert.deepEqual(texts(ben), ["live 0"]);
});

test("a position survives a restart, under its old epoch", async (t) => {
  const dataDir = temporaryFolder(t);
  const before = await startServer(t, { DATA_DIR: dataDir });
  const key = newKey();
  const ana = await connect(before.socket(), { key });
  const since = await say(ana, 2, "old");
  await say(ana, 2, "missed");
  await before.stop();
  const after = await startServer(t, { DATA_DIR: dataDir });
  const { epoch, uid } = ana.welcome;
  const back = await connect(after.socket(), { key, since, epoch });
  assert.equal(back.welcome.uid, uid, "the same person after a restart");
  assert.notEqual(back.welcome.epoch, epoch);
  assert.equal(back.welcome.resumed, true);
  await back.until("msg", ({ msg }) => msg === "missed 1");
  assert.deepEqual(texts(back), ["missed 0", "missed 1"]);
});

for (const [what, since, epoch] of [
  ["beyond the last number", 1_000_000, undefined],
  ["of an unknown epoch", 1, "another"],
] as const) {
  test(`a position ${what} is told by reset, and the connection is live from the head it names`, async (t) => {
    const server = await startServer(t);
    const ana = await connect(server.socket(), { key: newKey() });
    const head = await say(ana, 3, "m");
    const back = await connect(server.socket(), { since, epoch: epoch ?? ana.welcome.epoch });
    assert.equal(back.welcome.resumed, false);
    assert.deepEqual(await back.next(), { type: "reset", epoch: ana.welcome.epoch, head });
    await say(ana, 1, "live");
    await back.until("msg");
    assert.deepEqual(texts(back), ["live 0"]);
  });
}

test("2,000 events behind is resumed, 2,001 is a reset", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  const first = await say(ana, 1, "first");
  for (let batch = 0; batch < 5; batch += 1) {
    // 500 frames a second are a flood, so each batch has a connection of its own.
    const writer = await connect(server.socket());
    await say(writer, 400, `b${batch}`);
    await writer.close();
  }
  await ana.until("msg", ({ msg }) => msg === "b4 399");
  const { epoch } = ana.welcome;
  const near = await connect(server.socket(), { since: first, epoch });
  assert.equal(near.welcome.resumed, true);
  await near.until("msg", ({ msg }) => msg === "b4 399");
  assert.deepEqual(texts(near), texts(ana).slice(1));
  const far = await connect(server.socket(), { since: 0, epoch });
  assert.equal(far.welcome.resumed, false);
});

test("events that arrive during the catch-up come once, in order, for many who resume at once", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  await say(ana, 400, "old");
  const talking = say(ana, 90, "live");
  const readers = await Promise.all(Array.from({ length: 30 }, () => connect(server.socket(), { since: 0 })));
  await talking;
  for (const reader of readers) {
    await reader.until("msg", ({ msg }) => msg === "live 89");
    assert.deepEqual(texts(reader), texts(ana));
  }
});

test("a text deleted meanwhile comes as a tombstone, never as text", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  const target = await say(ana, 1, "secret");
  ana.send({ action: "delete", ref: "d", target });
  await ana.until("ack", ({ ref }) => ref === "d");
  const ben = await connect(server.socket(), { since: 0 });
  const tombstone = await ben.until("msg");
  assert.deepEqual([tombstone.seq, tombstone.msg, tombstone.deleted], [target, "", true]);
  await ben.until("delete");
});

test("I6 clients that stop reading cost no memory, delay nobody, and get everything when they read again", async (t) => {
  const server = await startServer(t);
  const sleepers: TestClient[] = [await connectPlain(server.socket())];
  for (let at = 0; at < 3; at += 1) sleepers.push(await connect(server.socket()));
  for (const sleeper of sleepers) sleeper.websocket.pause();
  const before = heldBytes();
  // 20 MB a sleeper, of which the kernel's buffers on loopback hide some 10.
  const [batches, perBatch] = [13, 400];
  for (let batch = 0; batch < batches; batch += 1) {
    const writer = await connect(server.socket(), { name: "Ana" });
    await say(writer, perBatch, `b${batch}`, "x".repeat(3_900));
    await writer.close();
  }
  await eventually(() => heldBytes() - before < 10_000_000);
  for (const sleeper of sleepers) sleeper.websocket.resume();
  for (const sleeper of sleepers) {
    while (sleeper.all("msg").length < batches * perBatch) await sleeper.until("msg");
    const seqs = sleeper.all("msg").map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      [...new Set(seqs)].toSorted((a, b) => a - b),
    );
    assert.equal(seqs.length, batches * perBatch);
  }
});
