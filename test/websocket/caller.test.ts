/** What a peer is written, and in which order, where some of it may wait for the turn's end. */
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { closes } from "../../src/protocol/close-codes.ts";
import type { Caller } from "../../src/websocket/caller.ts";
import { textFrame } from "../../src/websocket/frame.ts";
import { loadSendLoop } from "../../src/websocket/send-loop.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";
import { meet } from "../support/met-callers.ts";
import { closeFrame, frame, opcodes, RawPeer } from "../support/raw-peer.ts";
import { startServer } from "../support/server.ts";

async function meetOne(t: TestContext): Promise<{ caller: Caller; peer: RawPeer }> {
  const {
    callers: [caller],
    peers: [peer],
  } = await meet(t, 1);
  assert(caller !== undefined && peer !== undefined);
  return { caller, peer };
}

test("each of many pings is answered, and a turn's answers are one write", async (t) => {
  const { caller, peer } = await meetOne(t);
  const { mock: write } = t.mock.method(Socket.prototype, "write");
  const texts = Array.from({ length: 20 }, (_, at) => `ping ${at}`);
  for (const text of texts) caller.pong(Buffer.from(text));
  await peer.until(() => peer.payloads(opcodes.pong).length === texts.length);
  assert.deepEqual(peer.payloads(opcodes.pong).map(String), texts);
  assert.equal(write.callCount(), 1);
});

const ways: readonly (readonly [string, (caller: Caller, bytes: Buffer) => void])[] = [
  ["itself", (caller, bytes) => caller.write(bytes)],
  [
    "beside Node",
    (caller, bytes) => {
      const shared = new SharedWrite(loadSendLoop("native"));
      shared.add(caller, bytes);
      shared.end();
    },
  ],
];
for (const [how, write] of ways) {
  test(`what may wait for the turn's end comes before what is written meanwhile, by ${how}`, async (t) => {
    const { caller, peer } = await meetOne(t);
    caller.writeSoon(textFrame("first"));
    caller.writeSoon(textFrame("second"));
    write(caller, textFrame("third"));
    caller.writeSoon(textFrame("fourth"));
    await peer.until(() => peer.payloads(opcodes.text).length === 4);
    assert.deepEqual(peer.payloads(opcodes.text).map(String), ["first", "second", "third", "fourth"]);
  });
}

test("what may wait for the turn's end comes before a close, ours or the answer to the peer's", async (t) => {
  const { caller, peer } = await meetOne(t);
  caller.writeSoon(textFrame("last words"));
  caller.close(closes.restart);
  await peer.until(() => peer.closeCode !== undefined);
  assert.deepEqual(peer.payloads(opcodes.text).map(String), ["last words"]);

  const server = await startServer(t);
  const asking = await RawPeer.connect(server.socket("a"));
  await asking.send(Buffer.concat([frame(opcodes.ping, "still there?"), closeFrame(1000)]));
  await asking.until(() => asking.closeCode !== undefined);
  assert.deepEqual(asking.payloads(opcodes.pong).map(String), ["still there?"]);
});

test("what waits is not accepted until the peer reads, then all of it is, and who waits for that is told once", async (t) => {
  const { caller, peer } = await meetOne(t);
  peer.socket.pause();
  const before = caller.bytesAccepted;
  // More than the kernel takes for any peer, in frames that the peer is quick to take apart.
  const frames = Buffer.concat(Array<Buffer>(512).fill(textFrame("x".repeat(65_536))));
  caller.write(frames);
  const drained = t.mock.fn();
  caller.onceDrained(drained);
  const asleep = caller.bytesAccepted;
  const more = textFrame("more");
  caller.write(more);
  assert.deepEqual([caller.bytesAccepted, caller.backlogBytes], [asleep, frames.length + more.length]);
  assert.equal(drained.mock.callCount(), 0);
  peer.socket.resume();
  await new Promise<void>((resolve) => caller.onceDrained(resolve));
  assert.deepEqual([caller.bytesAccepted - before, caller.backlogBytes], [frames.length + more.length, 0]);
  caller.write(frames);
  await new Promise<void>((resolve) => caller.onceDrained(resolve));
  assert.equal(drained.mock.callCount(), 1);
});

test("who is held back is read again once that and every pause is over, whichever ends last", async (t) => {
  const { caller } = await meetOne(t);
  const { mock: resume } = t.mock.method(WebSocket.prototype, "resume");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  caller.pauseReading();
  caller.holdBack(50);
  caller.resumeReading();
  assert.equal(resume.callCount(), 0);
  t.mock.timers.tick(50);
  assert.equal(resume.callCount(), 1);
  caller.holdBack(50);
  caller.pauseReading();
  t.mock.timers.tick(50);
  assert.equal(resume.callCount(), 1);
  caller.resumeReading();
  assert.equal(resume.callCount(), 2);
  t.mock.timers.reset();
});

test("who is shut out while held back is not read again", async (t) => {
  const { caller } = await meetOne(t);
  const { mock: resume } = t.mock.method(WebSocket.prototype, "resume");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  caller.holdBack(50);
  caller.shutOut(closes.restart);
  t.mock.timers.tick(50);
  assert.equal(resume.callCount(), 0);
  t.mock.timers.reset();
});
