/**
 * Where one types. Enter sends and Shift+Enter breaks the line (by touch Enter breaks it, the button sends); never
 * while an input method is composing; and the text leaves the field only once the outbox holds it (I8).
 */
import type { RefObject, TargetedInputEvent } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { codePoints } from "../protocol/text.ts";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room-model.ts";
import { newestOwn } from "./rows.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onSent: () => void;
}

export function Composer({ model, field, onSent }: Props) {
  const { text, mode } = model.composing;
  const isTooLong = codePoints(text.value) > model.maxMessageChars.value;
  const isIdle = isTooLong || text.value.trim() === "";
  const send = () => {
    const message = sayable(text.value);
    // Asked of the signals: what was typed last may not be drawn yet.
    if (message === "" || codePoints(message) > model.maxMessageChars.value) return;
    const isEdit = mode.value.state === "editing";
    model.submit(message);
    if (!isEdit) onSent();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };
  return (
    <form class="field" onSubmit={submit}>
      <Field model={model} field={field} isTooLong={isTooLong} onEnter={send} />
      {/* A press must not take the focus, or the keyboard of a phone goes away. */}
      <button
        class={`send${isIdle ? " is-idle" : ""}`}
        aria-label={texts.writing.send}
        onPointerDown={(event) => event.preventDefault()}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}

interface FieldProps extends Omit<Props, "onSent"> {
  readonly isTooLong: boolean;
  readonly onEnter: () => void;
}

function Field({ model, field, isTooLong, onEnter }: FieldProps) {
  const { text } = model.composing;
  useLayoutEffect(() => {
    // In another site's page the focus is that page's to give.
    if (!document.documentElement.matches(".is-embedded")) field.current?.focus({ preventScroll: true });
  }, []);
  const typed = ({ currentTarget: { value } }: TargetedInputEvent<HTMLTextAreaElement>) => {
    text.value = value;
    if (value.trim() !== "") model.typed();
  };
  const pressed = (event: KeyboardEvent) => {
    if (sends(event)) onEnter();
    else if (!changesMode(event, model)) return;
    event.preventDefault();
  };
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
        enterkeyhint="enter"
        onInput={typed}
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
function changesMode({ key, isComposing }: KeyboardEvent, { composing, rows }: RoomModel): boolean {
  const isSaying = composing.mode.value.state === "saying";
  if (isComposing) return false;
  if (key === "Escape" && !isSaying) {
    composing.cancel();
    return true;
  }
  if (key !== "ArrowUp" || !isSaying || composing.text.value !== "") return false;
  const last = newestOwn(rows.value);
  if (last !== undefined) composing.edit(last);
  return last !== undefined;
}

/** Safari ends a composition before its Enter, and tells by the key code 229 only. */
function sends(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- no other property tells Safari's Enter apart
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches;
}

/** As the server can keep it: whole characters, without empty lines around. */
function sayable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/^(?:[^\S\n]*\n)+/u, "")
    .trimEnd();
}
