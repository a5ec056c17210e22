/**
 * Where one types. Enter sends and Shift+Enter breaks the line (by touch Enter breaks it, the button sends); never
 * while an input method is composing; and the text leaves the field only once the outbox holds it (I8).
 */
import type { RefObject } from "preact";
import { codePoints } from "../protocol/text.ts";
import { Avatar } from "./avatar.tsx";
import { readCommand } from "./commands.ts";
import { ComposerField } from "./composer-field.tsx";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room-model.ts";
import { sayable } from "./sayable.ts";
import { SuggestionList } from "./suggestion-list.tsx";
import { texts } from "./texts/texts.ts";
import { useSecondsUntil } from "./use-seconds.ts";
import { useSuggestions } from "./use-suggestions.ts";

interface Props {
  readonly model: RoomModel;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onSent: () => void;
}

export function Composer({ model, field, onSent }: Props) {
  const { text, mode } = model.composing;
  const suggesting = useSuggestions(model, field);
  const words = sayable(text.value);
  const isTooLong = codePoints(words) > model.maxMessageChars.value;
  const isIdle = isTooLong || (words === "" && mode.value.state !== "editing");
  const send = () => {
    const message = sayable(text.value);
    // Asked of the signals: what was typed last may not be drawn yet.
    const isEditing = mode.value.state === "editing";
    model.composing.asksToDelete.value = isEditing && message === "";
    if (message === "" || codePoints(message) > model.maxMessageChars.value) return;
    if (isEditing) model.submit(message);
    else if (obey(message, model)) onSent();
    suggesting.moved();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };
  return (
    <form class="field" onSubmit={submit}>
      <Me model={model} />
      <SuggestionList suggesting={suggesting} />
      <p class="sr" role="status">
        {suggesting.offered.value.length > 0 && texts.writing.offered(suggesting.offered.value.length)}
      </p>
      <ComposerField
        model={model}
        field={field}
        suggesting={suggesting}
        isTooLong={isTooLong}
        onEnter={send}
      />
      <EmojiButton model={model} />
      <SendButton model={model} isIdle={isIdle} />
    </form>
  );
}

/** What one types is one's next row: one's picture stands beside it, on the axis of all the others. */
function Me({ model: { me } }: { readonly model: RoomModel }) {
  const { uid } = me.self.value;
  return uid === undefined ? null : <Avatar uid={uid} />;
}

/** While the server asks to go slow it tells when it goes on; what is sent meanwhile waits for that. */
function SendButton({ model, isIdle }: { readonly model: RoomModel; readonly isIdle: boolean }) {
  const seconds = useSecondsUntil(model.sending.pausedUntil.value);
  const label = seconds > 0 ? texts.writing.sendSoon(seconds) : texts.writing.send;
  return (
    <button
      class={`send${isIdle ? " is-idle" : ""}${seconds > 0 ? " is-slow" : ""}`}
      aria-label={label}
      title={label}
      // A press must not take the focus, or the keyboard of a phone goes away.
      onPointerDown={(event) => event.preventDefault()}
    >
      {seconds > 0 ? <span aria-hidden="true">{seconds}</span> : <Icon name="send" />}
    </button>
  );
}

function EmojiButton({ model: { emoji } }: { readonly model: RoomModel }) {
  const isOpen = emoji.picking.value.state === "writing";
  return (
    <button
      type="button"
      class="icon-btn emoji-btn"
      aria-label={texts.writing.emoji.title}
      title={texts.writing.emoji.title}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onClick={() => (isOpen ? emoji.close() : emoji.pick())}
    >
      <Icon name="smile" />
    </button>
  );
}

/**
 * Does what the text asks for; what cannot be done is explained, and stays in the field.
 * @returns whether something was said
 */
function obey(text: string, model: RoomModel): boolean {
  const command = readCommand(text);
  const { commands } = texts.writing;
  switch (command.kind) {
    case "say":
      model.submit(command.text);
      return true;
    case "rename":
      model.rename(command.name);
      model.composing.done();
      return false;
    case "search":
      model.composing.done();
      model.composing.wantedSearch.value = command.words;
      return false;
    case "help":
      // What there is, is offered for a slash.
      model.composing.text.value = "/";
      return false;
    case "incomplete":
      model.tell(commands.how[command.command]);
      return false;
    case "not-a-name":
      model.tell(texts.writing.name.notAName);
      return false;
    case "unknown":
      model.tell(commands.unknown(command.command));
      return false;
  }
}
