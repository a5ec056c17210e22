/** One buffer to many callers: in C where that is compiled, in Node else, and the same bytes arrive in either case. */
import assert from "node:assert/strict";
import { closeSync, readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import type { Caller } from "../../src/websocket/caller.ts";
import { textFrame } from "../../src/websocket/frame.ts";
import { loadSendLoop, type SendLoop } from "../../src/websocket/send-loop.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";
import { meet } from "../support/met-callers.ts";
import { opcodes, type RawPeer } from "../support/raw-peer.ts";

/** Each socket takes so many of the bytes, as one does that is nearly full. */
const fullAfter = (bytes: number, sendLoop: SendLoop): SendLoop => {
  return (descriptors, sent, frames) => {
    sendLoop(descriptors, sent, frames.subarray(0, bytes));
  };
};

function tell(shared: SharedWrite, callers: readonly Caller[], frames: Buffer): void {
  for (const caller of callers) shared.add(caller, frames);
  shared.end();
}

const textsOf = (peer: RawPeer): string[] => peer.payloads(opcodes.text).map(String);

async function assertTold(peer: RawPeer, texts: readonly string[]): Promise<void> {
  await peer.until(() => textsOf(peer).length >= texts.length);
  assert.deepEqual(textsOf(peer), texts);
}

const ringsOfNode = openRings();
const native = loadSendLoop("native");
const skip = native === undefined ? "the send loop is not compiled here" : false;
const ring = loadSendLoop("ring");
const ways = [
  { name: "Node", skip: false, sendLoop: undefined },
  { name: "the send loop", skip, sendLoop: native },
  // Where a kernel or a container forbids io_uring, this is the send loop again.
  { name: "the ring", skip, sendLoop: ring },
];

for (const { name, sendLoop, ...options } of ways) {
  test(`by ${name} every caller is sent the same bytes, in the order they were given`, options, async (t) => {
    const { callers, peers } = await meet(t, 300);
    const shared = new SharedWrite(sendLoop);
    tell(shared, callers, textFrame("one"));
    callers[0]?.write(textFrame("for one alone"));
    tell(shared, callers, Buffer.concat([textFrame("two"), textFrame("three")]));
    const [first, ...others] = peers;
    if (first !== undefined) await assertTold(first, ["one", "for one alone", "two", "three"]);
    for (const peer of others) await assertTold(peer, ["one", "two", "three"]);
  });

  test(`by ${name} a caller that reads nothing gets all of it once it reads again`, options, async (t) => {
    const { callers, peers } = await meet(t, 6);
    const shared = new SharedWrite(sendLoop);
    const [sleeper] = peers;
    const [caller] = callers;
    assert(sleeper !== undefined && caller !== undefined);
    sleeper.socket.pause();
    const texts: string[] = [];
    while (caller.backlogBytes < 1_000_000) {
      texts.push(`${texts.length} ${"x".repeat(60_000)}`);
      tell(shared, callers, textFrame(texts.at(-1) ?? ""));
    }
    sleeper.socket.resume();
    for (const peer of peers) await assertTold(peer, texts);
  });

  test(`by ${name} nothing goes to a caller that closed, and the others get theirs`, options, async (t) => {
    const { callers, peers } = await meet(t, 8);
    const shared = new SharedWrite(sendLoop);
    callers[0]?.terminate();
    callers[1]?.close({ code: 4000, reason: "asked to" });
    tell(shared, callers, textFrame("after"));
    for (const peer of peers.slice(2)) await assertTold(peer, ["after"]);
    await peers[0]?.ended;
    await peers[1]?.until(() => peers[1]?.payloads(opcodes.close).length === 1);
    assert.deepEqual(peers.slice(0, 2).map(textsOf), [[], []]);
  });

  test(`by ${name} what a caller accepted is counted`, options, async (t) => {
    const { callers, peers } = await meet(t, 5);
    const [caller] = callers;
    assert(caller !== undefined);
    const before = caller.bytesAccepted;
    const frames = textFrame("counted");
    tell(new SharedWrite(sendLoop), callers, frames);
    for (const peer of peers) await assertTold(peer, ["counted"]);
    assert.equal(caller.bytesAccepted - before, frames.length);
  });
}

for (const { name, sendLoop, ...options } of ways) {
  if (sendLoop === undefined && options.skip === false) continue;
  test(
    `what a socket takes of ${name} only in part goes on through Node, from where it stopped`,
    options,
    async (t) => {
      assert(sendLoop !== undefined);
      const { callers, peers } = await meet(t, 6);
      for (const bytes of [0, 1, 5]) {
        tell(new SharedWrite(fullAfter(bytes, sendLoop)), callers, textFrame(`after ${bytes}`));
      }
      for (const peer of peers) await assertTold(peer, ["after 0", "after 1", "after 5"]);
    },
  );

  test(
    `${name} leaves out a socket that closes while the others are gathered, and they get theirs`,
    options,
    async (t) => {
      const { callers, peers } = await meet(t, 7);
      const shared = new SharedWrite(sendLoop);
      for (const caller of callers) shared.add(caller, textFrame("to all"));
      callers[1]?.terminate();
      shared.end();
      const [, closed] = peers;
      for (const peer of peers) if (peer !== closed) await assertTold(peer, ["to all"]);
      await closed?.ended;
      assert.deepEqual(closed && textsOf(closed), []);
    },
  );
}

test("a caller with a backlog is not written to beside it", async (t) => {
  const { callers, peers } = await meet(t, 2);
  const [sleeper, other] = callers;
  assert(sleeper !== undefined && other !== undefined);
  peers[0]?.socket.pause();
  while (sleeper.backlogBytes === 0) sleeper.write(textFrame("x".repeat(60_000)));
  const written: number[] = [];
  const spy: SendLoop = (descriptors, sent, frames) => {
    written.push(...descriptors);
    sent.fill(frames.length);
  };
  const expected = [other.descriptor];
  tell(new SharedWrite(spy), callers, textFrame("to all"));
  assert.deepEqual(written, expected);
});

/** Node may have some of its own. */
function openRings(): readonly number[] {
  if (process.platform !== "linux") return [];
  const isRing = (name: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).includes("[io_uring]");
    } catch {
      // The one by which the folder was read.
      return false;
    }
  };
  return readdirSync("/proc/self/fd").filter(isRing).map(Number);
}

test("a ring that breaks leaves nobody out, nor tells anybody twice", { skip }, async (t) => {
  const { callers, peers } = await meet(t, 300);
  const shared = new SharedWrite(ring);
  tell(shared, callers, textFrame("before"));
  const rings = openRings().filter((each) => !ringsOfNode.includes(each));
  assert.equal(rings.length, ring === native ? 0 : 1);
  for (const descriptor of rings) closeSync(descriptor);
  const accepted = callers.map((caller) => caller.bytesAccepted);
  const frames = textFrame("broken");
  tell(shared, callers, frames);
  assert.deepEqual(
    callers.map((caller) => caller.bytesAccepted),
    accepted.map((bytes) => bytes + frames.length),
  );
  tell(shared, callers, textFrame("after"));
  for (const peer of peers) await assertTold(peer, ["before", "broken", "after"]);
});
