/**
 * Offers what the word before the caret could become. The field keeps the focus and names the chosen one
 * (aria-activedescendant): arrows choose, Enter and Tab take it, Escape waives them for this word. Nothing of it happens
 * while an input method is composing.
 */
import { effect, useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Person } from "../protocol/server-frames.ts";
import { codeBefore, tokenAt, type Token } from "./completion.ts";
import { toned } from "./emoji.ts";
import type { CrowdNames } from "./crowd-names.ts";
import { isComposing } from "./input-method.ts";
import type { RoomModel } from "./room-model.ts";
import { suggestionsFor, type Suggestion } from "./suggestions.ts";
import { writeInto } from "./write-into.ts";

export interface Suggesting {
  readonly offered: ReadonlySignal<readonly Suggestion[]>;
  /** Which of them is chosen. */
  readonly chosen: ReadonlySignal<number>;
  readonly take: (suggestion: Suggestion) => void;
  /** The text or the caret is another. */
  readonly moved: () => void;
  /** What stood in a word's place was taken back. */
  readonly undone: () => void;
  /** @returns whether the key was for the suggestions */
  readonly pressed: (event: KeyboardEvent) => boolean;
}

export function useSuggestions(model: RoomModel, field: RefObject<HTMLTextAreaElement | null>): Suggesting {
  const caret = useSignal(0);
  const waived = useSignal(-1);
  /** A code that was wanted as it is typed. */
  const staying = useRef(-1);
  const wanted = useSignal<{ readonly of: Token | undefined; readonly at: number }>({ of: undefined, at: 0 });
  const token = useToken(() => tokenAt(model.composing.text.value, caret.value));
  const others = useOthers(model, token);
  const offered = useComputed(() =>
    token.value === undefined || token.value.from === waived.value
      ? []
      : suggestionsFor(token.value, model, others.value),
  );
  // Another word begins with its first, at once: an effect comes a frame later, and would undo an arrow pressed by then.
  const choice = useComputed(() => (wanted.value.of === token.value ? wanted.value.at : 0));
  // Who is offered may go meanwhile.
  const chosen = useComputed(() => Math.max(0, Math.min(choice.value, offered.value.length - 1)));
  const follow = () => {
    if (token.value?.kind === "emoji") model.emoji.want();
    if (token.value === undefined) waived.value = -1;
  };
  // At once too: by the next frame another word may stand where the waived one stood.
  useEffect(() => effect(follow), []);
  const put = (from: number, insert: string) => {
    const element = field.current;
    if (element === null) return;
    writeInto(element, insert, from, element.selectionStart);
    caret.value = element.selectionStart;
    model.composing.text.value = element.value;
  };
  const take = (suggestion: Suggestion) => {
    put(token.value?.from ?? caret.value, suggestion.insert);
    if (suggestion.kind === "emoji") model.emoji.used(suggestion.char);
  };
  const moved = () => {
    caret.value = field.current?.selectionStart ?? 0;
    const typed = codeBefore(model.composing.text.value, caret.value);
    const supply = model.emoji.supply.value;
    if (typed === undefined) staying.current = -1;
    if (typed === undefined || typed.from === staying.current || supply.state !== "here") return;
    const emoji = supply.all.find(({ codes }) => codes.includes(typed.code));
    if (emoji !== undefined) put(typed.from, toned(emoji, model.emoji.tone.value));
  };
  const undone = () => {
    const element = field.current;
    if (element !== null && element.selectionStart < element.selectionEnd) {
      // The browser selects the word that is back, and the next letter would replace it.
      staying.current = waived.value = element.selectionStart;
      element.setSelectionRange(element.selectionEnd, element.selectionEnd);
    }
    moved();
  };
  const choose = (at: number) => (wanted.value = { of: token.value, at });
  const pressed = (event: KeyboardEvent) => {
    const { length } = offered.value;
    const suggestion = offered.value[chosen.value];
    if (length === 0 || suggestion === undefined || !isPlain(event)) return false;
    if (event.key === "ArrowDown") choose((chosen.value + 1) % length);
    else if (event.key === "ArrowUp") choose((chosen.value + length - 1) % length);
    else if (event.key === "Escape") waived.value = token.value?.from ?? -1;
    else if (event.key === "Enter" || event.key === "Tab") take(suggestion);
    else return false;
    return true;
  };
  return { offered, chosen, take, moved, undone, pressed };
}

/** In a crowd the page knows but some of the people: the others are asked for by what is typed of their name. */
function useOthers(model: RoomModel, token: ReadonlySignal<Token | undefined>) {
  const found = useSignal<readonly Person[]>([]);
  const asking = useRef<Promise<CrowdNames>>(undefined);
  useSignalEffect(() => {
    const { kind, query = "" } = token.value ?? {};
    const { count, people } = model.company;
    const knowsAll = (count.peek() ?? 0) <= people.peek().length;
    if (kind !== "person" || query === "" || knowsAll) return;
    asking.current ??= import("./crowd-names.ts").then((part) => new part.CrowdNames(model.peopleUrl, found));
    asking.current.then(
      (names) => names.ask(query),
      () => (asking.current = undefined), // Then those are offered who are known.
    );
  });
  return found;
}

/** The same object while it says the same: the choice among what is offered stands, though the caret is told twice. */
function useToken(read: () => Token | undefined): ReadonlySignal<Token | undefined> {
  const last = useRef<Token>(undefined);
  return useComputed(() => {
    const next = read();
    if (JSON.stringify(next) !== JSON.stringify(last.current)) last.current = next;
    return last.current;
  });
}

function isPlain(event: KeyboardEvent): boolean {
  return !isComposing(event) && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
}
