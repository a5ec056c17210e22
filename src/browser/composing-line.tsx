/** The line above the composer: which message is being answered or changed, and the way out of it. */
import { hueOf } from "../protocol/person-name.ts";
import { Icon } from "./icon.tsx";
import { firstLine } from "./quote.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

export function ComposingLine({ model }: { readonly model: RoomModel }) {
  const mode = model.composing.mode.value;
  if (mode.state === "saying") return null;
  const isEditing = mode.state === "editing";
  const { message, text } = isEditing ? mode.original : mode.to;
  return (
    <div
      class="composing"
      role="group"
      aria-label={isEditing ? texts.writing.editing : texts.writing.replying}
    >
      <Icon name={isEditing ? "edit" : "reply"} />
      <span class="quoted">
        {isEditing ? texts.writing.editing : `${texts.writing.replyingTo} `}
        {!isEditing && <bdi class={`name h${hueOf(message.uid)}`}>{message.name}</bdi>} {firstLine(text)}
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
