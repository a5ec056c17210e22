/** One member's own answers among what everybody is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Member } from "../../src/chat/member.ts";
import { Flush } from "../../src/chat/outgoing.ts";
import { textFrame } from "../../src/websocket/frame.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";
import { meet } from "../support/met-callers.ts";
import { opcodes, type RawPeer } from "../support/raw-peer.ts";

const long = "x".repeat(10_000);

/** A flush of these texts, for a member that is live at its beginning. */
const flushOf = (texts: readonly string[]): Flush =>
  new Flush(
    0,
    texts.map((text) => ({ frames: { "confab.v1": textFrame(text) } })),
  );

async function assertTold(peer: RawPeer | undefined, texts: readonly string[]): Promise<void> {
  const told = (): string[] => peer?.payloads(opcodes.text).map(String) ?? [];
  await peer?.until(() => told().length >= texts.length);
  assert.deepEqual(told(), texts);
}

for (const [name, text] of [
  ["short", "told to all"],
  ["long", long],
] as const) {
  test(`an answer comes where it was given, before what the room is told later, ${name} as that may be`, async (t) => {
    const { callers, peers } = await meet(t, 1);
    const [caller] = callers;
    assert(caller !== undefined);
    const member = new Member(caller, "confab.v1", "u", 0, 0);
    member.goLive(0);
    const frames = [`1 ${text}`, `2 ${text}`, `3 ${text}`];
    member.answer(textFrame("behind the first"), 1);
    member.answer(textFrame("behind the second"), 2);
    member.answer(textFrame("behind the second, too"), 2);
    const shared = new SharedWrite();
    member.deliver(flushOf(frames), shared);
    shared.end();
    const [first = "", second = "", third = ""] = frames;
    await assertTold(peers[0], [
      first,
      "behind the first",
      second,
      "behind the second",
      "behind the second, too",
      third,
    ]);
  });
}

test("a goodbye comes last, behind all that waits for everybody", async (t) => {
  const { callers, peers } = await meet(t, 1);
  const [caller] = callers;
  assert(caller !== undefined);
  const member = new Member(caller, "confab.v1", "u", 0, 0);
  member.goLive(0);
  member.answer(textFrame("goodbye"), 1, { code: 1012, reason: "restart" });
  const shared = new SharedWrite();
  member.deliver(flushOf(["one", "two"]), shared);
  shared.end();
  await assertTold(peers[0], ["one", "two", "goodbye"]);
});
