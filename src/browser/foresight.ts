/**
 * The messages as this person's acts that are still on their way will leave them, so that what one does shows at
 * once. Nothing of it is kept: what the server refuses is gone from here with the act.
 */
import type { ReactEvent, Uid } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import type { Outgoing, OutgoingAct } from "./outgoing.ts";
import { texts } from "./texts/texts.ts";

interface Person {
  readonly uid: Uid | undefined;
  readonly name: string;
}

/** Messages nobody acts on stay the same objects. */
export function foresee(
  messages: readonly ShownMessage[],
  outgoing: readonly Outgoing[],
  me: Person,
): readonly ShownMessage[] {
  const acts = outgoing.filter(({ act, status }) => act.action !== "message" && status.state !== "failed");
  if (acts.length === 0) return messages;
  return messages.map((shown) => acts.reduce((before, item) => after(before, item, me), shown));
}

function after(shown: ShownMessage, { ref, at, act }: Outgoing, me: Person): ShownMessage {
  if (shown.isDeleted || act.action === "message" || act.target !== shown.message.seq) return shown;
  if (act.action === "delete") return { ...shown, text: "", isDeleted: true, isEdited: false, reactions: [] };
  if (act.action !== "react") return shown;
  const { emoji, on, target } = act;
  const { uid = "", name } = me;
  return withReact(shown, { type: "react", seq: Infinity, target, uid, name, emoji, on, at, ref });
}

function withReact(shown: ShownMessage, act: ReactEvent): ShownMessage {
  const known = shown.reactions.find(({ emoji }) => emoji === act.emoji);
  if (known === undefined) {
    return act.on ? { ...shown, reactions: [...shown.reactions, { emoji: act.emoji, by: [act] }] } : shown;
  }
  const others = known.by.filter(({ uid }) => uid !== act.uid);
  const isOn = others.length < known.by.length;
  if (isOn === act.on) return shown;
  const by = act.on ? [...known.by, act] : others;
  const reactions = shown.reactions.map((each) => (each === known ? { ...each, by } : each));
  return { ...shown, reactions: reactions.filter(({ by: { length } }) => length > 0) };
}

/** What to say when an act leaves no row that could say it itself. */
export function refusalInWords(action: OutgoingAct["action"], reason: string): string {
  return `${action === "delete" ? texts.trouble.notDeleted : texts.trouble.notReacted} ${reason}`;
}
