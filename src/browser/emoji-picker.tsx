/**
 * All emoji, found by name, for the composer or for a reaction. The focus goes into the search, Down or Tab into the
 * grid, where the arrows walk; when it closes (Escape: dock.tsx; Back) the focus goes back to where it came from.
 */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { onCloseRequest } from "./close-request.ts";
import { findEmoji, toned, type Emoji } from "./emoji.ts";
import type { EmojiShelf } from "./emoji-shelf.ts";
import { FindField } from "./find-field.tsx";
import { stepInGrid } from "./grid-keys.ts";
import { isComposing } from "./input-method.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly shelf: EmojiShelf;
  readonly onPick: (char: string) => void;
}

interface Section {
  readonly title: string;
  readonly emoji: readonly Emoji[];
}

export function EmojiPicker({ shelf, onPick }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const query = useSignal("");
  const pointed = useSignal<Emoji | undefined>(undefined);
  const sections = useSections(shelf, query.value);
  useFocusInside(field);
  useLayoutEffect(() => onCloseRequest(() => shelf.close()), []);
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && event.target === field.current) pick(sections[0]?.emoji[0]);
    else if (grid.current === null || !stepInGrid(grid.current, field.current, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pick = (emoji: Emoji | undefined) => {
    if (emoji !== undefined) onPick(toned(emoji, shelf.tone.value));
  };
  const { title, find, notLoaded } = texts.writing.emoji;
  return (
    <>
      <div class="menu-outside" onClick={() => shelf.close()} />
      <div class="menu at-end picker" role="dialog" aria-label={title} onKeyDown={pressed}>
        <FindField field={field} label={find} onInput={(text) => (query.value = text)} />
        <div ref={grid} class="picker-body">
          {sections.map((section, at) => (
            <Cells
              key={section.title}
              section={section}
              isFirst={at === 0}
              tone={shelf.tone.value}
              onPick={pick}
              onPoint={(emoji) => (pointed.value = emoji)}
            />
          ))}
          <p class="said" role="status">
            {shelf.supply.value.state === "failed" && notLoaded}
            {sections.length === 0 && texts.writing.emoji.none}
          </p>
        </div>
        <Foot shelf={shelf} pointed={pointed.value ?? sections[0]?.emoji[0]} />
      </div>
    </>
  );
}

function useSections(shelf: EmojiShelf, query: string): readonly Section[] {
  const supply = shelf.supply.value;
  const recent = shelf.recent.value;
  return useMemo(() => {
    const all = supply.state === "here" ? supply.all : [];
    const { yours, groups, found } = texts.writing.emoji;
    const sections = query.trim() === "" ? [] : [{ title: found, emoji: findEmoji(all, query) }];
    if (query.trim() === "") {
      // Those of earlier days may have a tone, which the list does not know: only their names are its.
      const base = (char: string) => char.replace(/[\ufe0f\p{Emoji_Modifier}]/gu, "");
      const named = (char: string) => {
        const known = all.find((each) => base(each.char) === base(char));
        return { ...(known ?? unnamed(char)), char, hasTones: false };
      };
      sections.push({ title: yours, emoji: recent.map(named) });
      groups.forEach((title, group) => {
        sections.push({ title, emoji: all.filter((each) => each.group === group) });
      });
    }
    return sections.filter(({ emoji }) => emoji.length > 0);
  }, [supply, recent, query]);
}

function unnamed(char: string): Emoji {
  return { char, name: char, codes: [], tags: [], group: -1, hasTones: false };
}

/** The search has the focus; what had it before gets it back, unless it went on elsewhere. */
function useFocusInside(field: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = field.current?.closest("[role=dialog]");
    field.current?.focus();
    return () => {
      const { activeElement } = document;
      const isStillHere = activeElement === document.body || dialog?.contains(activeElement) === true;
      if (isStillHere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
}

interface CellsProps {
  readonly section: Section;
  /** Tab goes to the first cell of all; the arrows to the others. */
  readonly isFirst: boolean;
  readonly tone: number;
  readonly onPick: (emoji: Emoji) => void;
  readonly onPoint: (emoji: Emoji) => void;
}

function Cells({ section: { title, emoji }, isFirst, tone, onPick, onPoint }: CellsProps) {
  return (
    <section role="group" aria-label={title}>
      <p class="label" aria-hidden="true">
        {title}
      </p>
      <div class="cells">
        {emoji.map((each, at) => (
          <button
            key={each.char}
            type="button"
            class="cell"
            tabIndex={isFirst && at === 0 ? 0 : -1}
            aria-label={each.name}
            title={each.name}
            onClick={() => onPick(each)}
            onFocus={() => onPoint(each)}
            onPointerEnter={() => onPoint(each)}
          >
            {toned(each, tone)}
          </button>
        ))}
      </div>
    </section>
  );
}

function Foot({ shelf, pointed }: { readonly shelf: EmojiShelf; readonly pointed: Emoji | undefined }) {
  const { tone, tones } = texts.writing.emoji;
  const label = `${tone}: ${tones[shelf.tone.value] ?? ""}`;
  const [code] = pointed?.codes ?? [];
  return (
    <p class="hint">
      <b>{pointed?.name}</b>
      <span>{code !== undefined && `:${code}:`}</span>
      <button type="button" class="tool em" aria-label={label} title={label} onClick={() => shelf.nextTone()}>
        {toned({ ...unnamed("✋"), hasTones: true }, shelf.tone.value)}
      </button>
    </p>
  );
}
