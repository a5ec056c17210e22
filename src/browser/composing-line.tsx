/** The line above the composer: which message is being answered or changed, and the way out of it. */
import { hueOf } from "../protocol/person-name.ts";
import { Icon } from "./icon.tsx";
import { firstLine } from "./quote.tsx";
import type { RoomModel } from "./room-model.ts";

export function ComposingLine({ model }: { readonly model: RoomModel }) {
  const mode = model.composing.mode.value;
  if (mode.state === "saying") return null;
  const isEditing = mode.state === "editing";
  const { message, text } = isEditing ? mode.original : mode.to;
  return (
    <div class="composing" role="group" aria-label={isEditing ? "Editing" : "Replying"}>
      <Icon name={isEditing ? "edit" : "reply"} />
      <span class="quoted">
        {isEditing ? "Editing" : "Replying to "}
        {!isEditing && <bdi class={`name h${hueOf(message.uid)}`}>{message.name}</bdi>} {firstLine(text)}
      </span>
      <button
        type="button"
        class="tool"
        aria-label={isEditing ? "Cancel editing" : "Cancel the reply"}
        title="Cancel (Esc)"
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => model.composing.cancel()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
