/** The field one types in: as high as its text up to eight lines. What is pasted comes as plain text. */
import { effect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { isComposing } from "./input-method.ts";
import { lastSaid } from "./last-said.ts";
import type { RoomModel } from "./room-model.ts";
import { listId, optionId } from "./suggestion-list.tsx";
import { texts } from "./texts/texts.ts";
import type { Suggesting } from "./use-suggestions.ts";

interface Props {
  readonly model: RoomModel;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly suggesting: Suggesting;
  readonly isTooLong: boolean;
  readonly onEnter: () => void;
}

export function ComposerField({ model, field, suggesting, isTooLong, onEnter }: Props) {
  const { text } = model.composing;
  const { offered, chosen } = suggesting;
  useLayoutEffect(() => {
    // In another site's page the focus is that page's to give.
    if (!document.documentElement.matches(".is-embedded")) field.current?.focus({ preventScroll: true });
    // Other words stand there at once: by the next frame somebody may have typed, and that would replace them.
    return effect(() => {
      if (field.current !== null && field.current.value !== text.value) field.current.value = text.value;
    });
  }, []);
  const typed = ({ inputType }: InputEvent) => {
    const value = field.current?.value ?? "";
    text.value = value;
    model.composing.asksToDelete.value = false;
    if (inputType === "historyUndo") suggesting.undone();
    else suggesting.moved();
    // A command is no news to the others.
    if (value.trim() !== "" && !/^\/(?!\/|me\s)/.test(value)) model.typed();
  };
  const pressed = (event: KeyboardEvent) => {
    const isTaken = suggesting.pressed(event);
    if (!isTaken && sends(event)) onEnter();
    else if (!isTaken && !changesMode(event, model)) return;
    event.preventDefault();
    // Escape and the arrows have no second meaning then.
    event.stopPropagation();
  };
  const isOffering = offered.value.length > 0;
  return (
    <div class="grow">
      <textarea
        ref={field}
        class="input"
        rows={1}
        dir="auto"
        value={text.value}
        placeholder={placeholder(model)}
        aria-label={texts.writing.message}
        aria-describedby="counter"
        aria-invalid={isTooLong}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        {...(isOffering && { "aria-controls": listId, "aria-activedescendant": optionId(chosen.value) })}
        enterkeyhint="enter"
        onInput={typed}
        onSelect={suggesting.moved}
        onKeyDown={pressed}
      />
      {/* Gives the field its height; an empty last line has none without a character. */}
      <div class="input mirror" aria-hidden="true">
        {`${text.value}\u200b`}
      </div>
    </div>
  );
}

function placeholder(model: RoomModel): string {
  const { state } = model.connection.value;
  if (state === "waiting" || state === "refused") return texts.writing.later;
  return model.reading.isLoaded.value && model.rows.value.length === 0
    ? texts.writing.first
    : texts.writing.next;
}

/** Escape leaves an edit or a reply; Up in an empty field changes what one said last. */
function changesMode(event: KeyboardEvent, model: RoomModel): boolean {
  const { composing } = model;
  const isSaying = composing.mode.value.state === "saying";
  const { key } = event;
  if (isComposing(event)) return false;
  if (key === "Escape" && !isSaying) {
    composing.cancel();
    return true;
  }
  if (key !== "ArrowUp" || !isSaying || composing.text.value !== "") return false;
  const last = lastSaid(model);
  if (last !== undefined) composing.edit(last);
  return last !== undefined;
}

function sends(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || isComposing(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches;
}
