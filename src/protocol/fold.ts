/**
 * The net state of a room's messages: what edits, deletions and reactions leave of them. The page and the server
 * fold with this one function, so a page loaded from history and one that saw everything live show the same.
 */
import type { ChatEvent, DeleteEvent, EditEvent, MessageEvent, ReactEvent, Seq } from "./events.ts";

/** What the acts on one message leave. Kept also for a message not yet seen: acts may arrive before it. */
export interface NetState {
  readonly edit?: EditEvent;
  readonly deletion?: DeleteEvent;
  readonly reacts: Reacts;
}

/**
 * The last `react` of each uid and emoji, also when it took the reaction back. In buckets by the uid's last
 * character: an act copies one bucket, so a message with thousands of reactions is not copied thousands of times.
 */
type Reacts = ReadonlyMap<string, ReadonlyMap<string, ReactEvent>>;

export const untouched: NetState = { reacts: new Map() };

/**
 * Takes one act into a message's net state. For each (kind, uid, emoji) the highest seq wins, so order and
 * repeats do not matter.
 */
export function fold(state: NetState, act: EditEvent | DeleteEvent | ReactEvent): NetState {
  switch (act.type) {
    case "edit":
      return isNewer(act, state.edit) ? { ...state, edit: act } : state;
    case "delete":
      return isNewer(act, state.deletion) ? { ...state, deletion: act } : state;
    case "react":
      return foldReact(state, act);
  }
}

function foldReact(state: NetState, act: ReactEvent): NetState {
  const key = `${act.uid} ${act.emoji}`;
  const bucketKey = act.uid.slice(-1);
  const bucket = state.reacts.get(bucketKey);
  if (!isNewer(act, bucket?.get(key))) return state;
  const reacts = new Map(state.reacts).set(bucketKey, new Map(bucket).set(key, act));
  return { ...state, reacts };
}

/** The reactions that are on, in the order they were given. */
function standing({ reacts }: NetState): ReactEvent[] {
  const all = [...reacts.values()].flatMap((bucket) => [...bucket.values()]);
  return all.filter((react) => react.on).sort((a, b) => a.seq - b.seq);
}

function isNewer(act: { seq: Seq }, known: { seq: Seq } | undefined): boolean {
  return known === undefined || act.seq > known.seq;
}

/** A message as it is to be shown. */
export interface ShownMessage {
  readonly message: MessageEvent;
  readonly text: string;
  readonly isDeleted: boolean;
  readonly isEdited: boolean;
  /** By emoji, in the order they were first given. */
  readonly reactions: readonly { readonly emoji: string; readonly by: readonly ReactEvent[] }[];
}

/** Applies a net state to its message. A deletion leaves no text and no reactions. */
export function shown(message: MessageEvent, state: NetState): ShownMessage {
  if (state.deletion !== undefined || message.deleted === true) {
    return { message, text: "", isDeleted: true, isEdited: false, reactions: [] };
  }
  const byEmoji = new Map<string, ReactEvent[]>();
  for (const react of standing(state)) {
    const same = byEmoji.get(react.emoji);
    if (same === undefined) byEmoji.set(react.emoji, [react]);
    else same.push(react);
  }
  return {
    message,
    text: state.edit?.msg ?? message.msg,
    isDeleted: false,
    isEdited: state.edit !== undefined,
    reactions: [...byEmoji].map(([emoji, by]) => ({ emoji, by })),
  };
}

/** The acts that tell a net state again: the last edit, or the deletion; the last `react` that is still on. */
export function netActs(state: NetState): ChatEvent[] {
  if (state.deletion !== undefined) return [state.deletion];
  const acts: ChatEvent[] = standing(state);
  if (state.edit !== undefined) acts.push(state.edit);
  return acts.sort((a, b) => a.seq - b.seq);
}
