/** What an act becomes once it is kept. After a failure the file is asked instead: see `event-rows.ts`. */
import type { ChatEvent, Seq } from "../protocol/events.ts";
import type { TimedAct } from "./act-store.ts";
import { isNew } from "./message-log.ts";
import type { Outcome, RoomEvent } from "./message-log.ts";

/** @returns nothing where this act became none: it was refused, or kept before */
export function eventOfAct(timed: TimedAct, outcome: Outcome | undefined): RoomEvent | undefined {
  return isNew(outcome) ? { room: timed.act.room, event: numbered(timed, outcome.seq) } : undefined;
}

/** The last number that a batch was given, if any act of it became an event. */
export function lastGiven(outcomes: readonly Outcome[]): Seq | undefined {
  return outcomes.findLast(isNew)?.seq;
}

function numbered({ act, at }: TimedAct, seq: Seq): ChatEvent {
  const { uid, ref } = act;
  switch (act.type) {
    case "msg":
      return {
        type: "msg",
        msg: act.msg,
        id: act.id,
        seq,
        uid,
        name: act.name,
        at,
        ref,
        ...(act.reply_to === undefined ? {} : { reply_to: act.reply_to }),
        ...(act.bot ? { bot: true as const } : {}),
      };
    case "edit":
      return { type: "edit", seq, target: act.target, uid, msg: act.msg, at, ref };
    case "delete":
      return { type: "delete", seq, target: act.target, uid, at, ref };
    case "react": {
      const { target, name, emoji, on } = act;
      return { type: "react", seq, target, uid, name, emoji, on, at, ref };
    }
  }
}
