/** Members who are behind together: what one is told of the log is not read again for the next. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Broadcast } from "../../src/chat/broadcast.ts";
import { CatchUp } from "../../src/chat/catch-up.ts";
import { maxBacklogBytes, Member } from "../../src/chat/member.ts";
import { FrameCache } from "../../src/chat/recent-frames.ts";
import type { MessageLog } from "../../src/message-log/message-log.ts";
import { Turns } from "../../src/turns.ts";
import type { Caller } from "../../src/websocket/caller.ts";
import { textFrame } from "../../src/websocket/frame.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";
import { deletion, message } from "../contract/message-log.ts";
import { openLog } from "../message-log/opened-log.ts";
import { meet } from "../support/met-callers.ts";
import type { RawPeer } from "../support/raw-peer.ts";

const room = "standup";

/** A room that has just opened, on a log that holds so many long messages of it, and how often that is read. */
async function openRoom(t: TestContext, messages: number) {
  const { log } = await openLog(t);
  const texts = Array.from({ length: messages }, (_, at) => String(at));
  await Promise.all(texts.map((text) => log.append(message(`${text} `.padEnd(4_000, "語"), { room }))));
  let reads = 0;
  const counting: Pick<MessageLog, "eventsAfter"> = {
    eventsAfter: (...asked) => {
      reads += 1;
      return log.eventsAfter(...asked);
    },
  };
  const now = (): number => performance.now();
  const rest = { onBehind: () => undefined, onFlushed: () => undefined, now };
  const shared = new SharedWrite();
  const recent = new FrameCache().open(log.head);
  const catchUp = new CatchUp({
    room,
    log: counting,
    broadcast: new Broadcast({ members: new Map(), shared, head: log.head, ...rest }),
    recent,
    turns: new Turns(now),
    onMissed: () => undefined,
    onFailure: (_member, error) => assert.fail(String(error)),
  });
  const begin = (callers: readonly Caller[]): Member[] => {
    const members = callers.map((caller) => new Member(caller, "confab.v1", caller.connectionId, 0, 0));
    for (const member of members) catchUp.begin(member);
    return members;
  };
  return { log, texts, recent, catchUp, begin, reads: () => reads };
}

/** More than a room keeps in memory of itself. */
const manyMessages = 120;

/** What each text begins with. */
const textsOf = (peer: RawPeer | undefined): unknown[] =>
  peer?.messages.map(({ msg }) => String(msg).split(" ")[0]) ?? [];

async function assertTold(peer: RawPeer | undefined, texts: readonly string[]): Promise<void> {
  await peer?.until(() => textsOf(peer).length >= texts.length);
  assert.deepEqual(textsOf(peer), texts);
}

test("ten who come back together cost the log no more reading than one", async (t) => {
  const alone = await openRoom(t, manyMessages);
  const one = await meet(t, 1);
  alone.begin(one.callers);
  await assertTold(one.peers[0], alone.texts);

  const together = await openRoom(t, manyMessages);
  const ten = await meet(t, 10);
  together.begin(ten.callers);
  for (const peer of ten.peers) await assertTold(peer, together.texts);
  assert(alone.reads() > 10, String(alone.reads()));
  assert.equal(together.reads(), alone.reads());
});

test("who comes in the middle of a page is told the rest of it, and then goes on", async (t) => {
  const { begin, texts } = await openRoom(t, manyMessages);
  const { callers, peers } = await meet(t, 2);
  const [, second] = begin(callers);
  assert(second !== undefined);
  second.sent = 2;
  await assertTold(peers[0], texts);
  await assertTold(peers[1], texts.slice(2));
});

test("a deleted text is told to nobody who comes later, though others are still behind", async (t) => {
  const { log, begin, catchUp, recent, texts } = await openRoom(t, 3);
  const { callers, peers } = await meet(t, 3);
  const [sleeper, early, late] = callers;
  assert(sleeper !== undefined && early !== undefined && late !== undefined);
  peers[0]?.socket.pause();
  while (sleeper.backlogBytes <= maxBacklogBytes) sleeper.write(textFrame("x".repeat(60_000)));
  begin([sleeper, early]);
  await assertTold(peers[1], texts);
  assert((await log.append(deletion(1, { room }))).kept);
  recent.clear();
  catchUp.forget();
  begin([late]);
  await assertTold(peers[2], ["", ...texts.slice(1)]);
});

test("nothing of what was told is held once nobody is behind (I6)", async (t) => {
  const { begin, reads, recent, texts } = await openRoom(t, 3);
  const { callers, peers } = await meet(t, 2);
  const [first, second] = callers;
  assert(first !== undefined && second !== undefined);
  const [member] = begin([first]);
  while (member?.isLive !== true) await new Promise(setImmediate);
  const before = reads();
  recent.clear();
  begin([second]);
  await assertTold(peers[1], texts);
  assert.equal(reads(), 2 * before);
});
