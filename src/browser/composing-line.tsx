/** The line above the composer: which message is being answered or changed, and the way out of it. */
import { Icon } from "./icon.tsx";
import { Name } from "./name.tsx";
import { quotedWords } from "./quote.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

export function ComposingLine({ model }: { readonly model: RoomModel }) {
  const mode = model.composing.mode.value;
  if (mode.state === "saying") return null;
  const isEditing = mode.state === "editing";
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
      <span class="quoted">
        {isEditing && <b>{texts.writing.editing}</b>}
        {author !== undefined && (
          <>
            {texts.writing.replyingTo} <Name of={author.uid}>{author.name}</Name>
          </>
        )}{" "}
        {quotedWords(shown)}
      </span>
      <button
        type="button"
        class="tool"
        aria-label={isEditing ? texts.writing.cancelEdit : texts.writing.cancelReply}
        title={texts.writing.cancelKey}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => model.composing.cancel()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
