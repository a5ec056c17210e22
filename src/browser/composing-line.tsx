/** The line above the composer: which message is being answered or changed, the way out of it, and whether it is to go. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ShownMessage } from "../protocol/fold.ts";
import { Icon } from "./icon.tsx";
import { Name } from "./name.tsx";
import { QuotedWords } from "./quote.tsx";
import type { RoomModel } from "./room-model.ts";
import { Deletion } from "./row-tools.tsx";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  /** What was asked here is answered. */
  readonly onAnswered: () => void;
}

export function ComposingLine({ model, onAnswered }: Props) {
  const { composing } = model;
  const mode = composing.mode.value;
  if (mode.state === "saying") return null;
  const isEditing = mode.state === "editing";
  if (isEditing && composing.asksToDelete.value)
    return <Emptied shown={mode.original} model={model} onAnswered={onAnswered} />;
  // As it is by now, if it is here.
  const shown = isEditing ? mode.original : (model.reading.find(mode.to.seq) ?? mode.to.shown);
  const author = isEditing ? undefined : shown?.message;
  return (
    <div
      class="composing"
      role="group"
      aria-label={isEditing ? texts.writing.editing : texts.writing.replying}
    >
      <Icon name={isEditing ? "edit" : "reply"} />
      <span class="whose">
        {isEditing && <b>{texts.writing.editing}</b>}
        {author !== undefined && (
          <>
            {texts.writing.replyingTo} <Name of={author.uid}>{author.name}</Name>
          </>
        )}
      </span>
      <QuotedWords of={shown} />
      <button
        type="button"
        class="tool"
        aria-label={isEditing ? texts.writing.cancelEdit : texts.writing.cancelReply}
        title={texts.writing.cancelKey}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => composing.cancel()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** A message without a word is none: whether it is to go is asked where it was being changed. */
function Emptied({ shown, model, onAnswered }: Props & { readonly shown: ShownMessage }) {
  const line = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => line.current?.querySelector("button")?.focus(), []);
  const done = () => {
    model.composing.cancel();
    onAnswered();
  };
  const pressed = (event: KeyboardEvent) => {
    // The Enter that asked, still held, is no answer.
    if (event.repeat) event.preventDefault();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    done();
  };
  return (
    <div
      ref={line}
      class="composing"
      role="group"
      aria-label={texts.reading.message.reallyDelete}
      onKeyDown={pressed}
    >
      <Icon name="trash" />
      <Deletion shown={shown} model={model} onDone={done} />
    </div>
  );
}
