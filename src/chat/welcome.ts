/** What a newcomer is told first: who is here, and whether it goes on from where it was or has to start over (I5). */
import type { FrameOf } from "../protocol/client-frames.ts";
import type { Seq } from "../protocol/events.ts";
import type { Person, ResetFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { jsonFrame } from "../websocket/frame.ts";
import type { Chat } from "./chat.ts";
import type { Membership } from "./membership.ts";
import { maxPeopleTold } from "./presence-news.ts";

/** Further behind than this, fetching the page again is quicker. */
const maxEventsBehind = 2_000;

/** `welcome` goes out first; the room's events follow it. */
export function welcome(
  { log, limits }: Chat,
  { room, member }: Membership,
  hello: FrameOf<"hello">,
): WelcomeFrame {
  const resumedAt = resumable(log, room.name, hello);
  const self: Person = room.people.find(member.uid) ?? { id: 0, uid: member.uid, name: "" };
  const frame: WelcomeFrame = {
    type: "welcome",
    room: room.name,
    ...self,
    epoch: log.epoch,
    head: log.head,
    resumed: resumedAt !== undefined,
    count: room.people.count,
    people: room.people.some(maxPeopleTold, member.uid),
    limits,
  };
  member.caller.write(jsonFrame(frame));
  if (resumedAt === undefined && hello.since !== undefined) {
    const reset: ResetFrame = { type: "reset", epoch: log.epoch, head: log.head };
    member.caller.write(jsonFrame(reset));
  }
  room.follow(member, resumedAt);
  return frame;
}

/** The position to go on from, if all that followed it can still be told. */
function resumable(log: Chat["log"], room: string, { since, epoch }: FrameOf<"hello">): Seq | undefined {
  if (since === undefined) return undefined;
  if (!log.knows(room, epoch === undefined ? { since } : { since, epoch })) return undefined;
  return log.countAfter(room, since, maxEventsBehind + 1) <= maxEventsBehind ? since : undefined;
}

/** It has seen what this node has not: the log is shared by several, and this one's feed is behind. */
export function isAheadOfNode({ rooms, log }: Chat, { since = 0, epoch }: FrameOf<"hello">): boolean {
  return rooms.isShared && epoch === log.epoch && since > log.head;
}
