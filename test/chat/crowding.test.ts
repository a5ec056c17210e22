/** What a room asks of the server in all is bounded, and those who say little in it do not pay for the others. */
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { WebSocket } from "ws";
import { bytesOf, Crowding, writtenInAll } from "../../src/chat/crowding.ts";
import { maxBacklogBytes, Member } from "../../src/chat/member.ts";
import { Flush, outgoingEvent, type Outgoing } from "../../src/chat/outgoing.ts";
import { Caller } from "../../src/websocket/caller.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";

const words = "x".repeat(4_000);
const long = bytesOf(words);
const short = bytesOf("hi");

/** To two hundred members: 0.8 MB. */
function say(crowding: Crowding, bytes: number, times: number, members = 200): void {
  for (let at = 0; at < times; at += 1) crowding.said(bytes, members);
}

test("in a quiet room a message counts for one, however long it is", () => {
  const crowding = new Crowding(() => 0);
  for (let at = 0; at < 30; at += 1) {
    assert.equal(crowding.costOf(long), 1);
    crowding.said(long, 200);
  }
});

test("in a room that asks for too much a text counts for its length, a short one for one, until that is over", () => {
  let nowMs = 0;
  const crowding = new Crowding(() => nowMs);
  say(crowding, long, 100);
  assert.equal(crowding.costOf(long), 16);
  assert.equal(crowding.costOf(bytesOf("😀".repeat(125))), 2, "in bytes, as it is written");
  assert.equal(crowding.costOf(short), 1);
  nowMs += 1_000;
  assert.equal(crowding.costOf(long), 1);
});

test("what waits for too few members is no crowd", () => {
  const crowding = new Crowding(() => 0);
  say(crowding, long, 1_000, 3);
  assert.equal(crowding.costOf(long), 1);
});

test("where a room owes more than a quarter of a second, long texts wait until it does no more, short ones never", () => {
  let nowMs = 0;
  const crowding = new Crowding(() => nowMs);
  say(crowding, long, 40);
  assert.equal(crowding.waitMs(long), 0, "it owes, and its writers pay for that");
  say(crowding, long, 60);
  const waitMs = crowding.waitMs(long);
  assert.ok(waitMs > 0 && waitMs < 1_000, `${waitMs} ms`);
  assert.equal(crowding.waitMs(short), 0);
  nowMs += waitMs;
  assert.equal(crowding.waitMs(long), 0);
});

test("a text counts as it travels: what JSON writes in six bytes a character is no short one", () => {
  const crowding = new Crowding(() => 0);
  say(crowding, bytesOf("\u0001".repeat(4_000)), 12);
  assert.ok(crowding.waitMs(long) > 0);
});

test("a text has as many bytes as JSON writes for it, whatever is in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(bytesOf(text), Buffer.byteLength(JSON.stringify(text)) - 2);
    }),
  );
});

test("rooms are loud together: what many ask of the server counts in each of them", () => {
  const inAll = writtenInAll(() => 0);
  const rooms = Array.from({ length: 6 }, () => new Crowding(() => 0, inAll));
  for (const room of rooms) say(room, long, 25);
  const [one] = rooms;
  assert.ok(one !== undefined && one.costOf(long) > 1 && one.waitMs(long) > 0);
  assert.equal(one.waitMs(short), 0);
});

/** Keeps what it is told to write. */
class Recorder extends Caller {
  readonly written: Buffer[] = [];

  override write(frames: Buffer): void {
    this.written.push(frames);
  }
}

function recorder(): Recorder {
  const socket = new Socket();
  // Never connected: nothing is written to it.
  const websocket = new WebSocket("ws://127.0.0.1", { createConnection: () => socket });
  websocket.on("error", () => undefined);
  return new Recorder({ connectionId: "c", address: "", socket, websocket });
}

function said(seq: number, msg: string): Outgoing {
  return outgoingEvent({ type: "msg", seq, id: 1, uid: "u", name: "Ana", msg, at: 0, ref: `r${seq}` });
}

test("I6 what a room shares is copied for nobody, also where each is to be answered as well", () => {
  const flush = new Flush(0, [said(1, words), said(2, words)]);
  for (const caller of [recorder(), recorder()]) {
    const member = new Member(caller, "confab.v1", "u", 0, 0);
    member.goLive(0);
    member.answer(Buffer.from("ack"), flush.end);
    member.deliver(flush, new SharedWrite());
    const shared = flush.bytes("confab.v1", 0);
    assert.deepEqual(caller.written.filter(({ length }) => length > 0).map(String), [String(shared), "ack"]);
    assert.ok(caller.written.includes(shared), "the very same buffer");
    assert.ok(shared.length < maxBacklogBytes);
  }
});

test("who goes live where it stood has missed nothing, and who goes live further on has", () => {
  for (const [at, hasMissed] of [
    [3, false],
    [4, true],
  ] as const) {
    assert.deepEqual(new Member(recorder(), "confab.v1", "u", 0, 3).goLive(at), { hasMissed });
  }
});
