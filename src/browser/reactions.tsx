/** The reactions under a message; a press on one gives it too, or takes it back. */
import type { ShownMessage } from "../protocol/fold.ts";
import { namesInWords } from "./names-in-words.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly shown: ShownMessage;
  readonly model: RoomModel;
  /** Else hundreds of pills would stand between the log and the composer. */
  readonly isInTabOrder: boolean;
}

export function Reactions({ shown, model, isInTabOrder }: Props) {
  return (
    <ul class="reacts" aria-label={texts.reading.message.reactions}>
      {shown.reactions.map(({ emoji, by }) => {
        const isMine = has(shown, emoji, model);
        return (
          <li key={emoji}>
            <button
              type="button"
              class={`re${isMine ? " is-mine" : ""}`}
              title={namesInWords(by.map(({ name }) => name))}
              aria-pressed={isMine}
              tabIndex={isInTabOrder ? 0 : -1}
              onClick={() => react(shown, emoji, model)}
            >
              <span class="em">{emoji}</span>
              <span class="n">{by.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Gives a reaction, or takes one's own back. */
export function react(shown: ShownMessage, emoji: string, model: RoomModel): void {
  const on = !has(shown, emoji, model);
  model.sending.act({ action: "react", target: shown.message.seq, emoji, on });
}

function has(shown: ShownMessage, emoji: string, { me }: RoomModel): boolean {
  const given = shown.reactions.find((each) => each.emoji === emoji);
  return given?.by.some(({ uid }) => uid === me.uid) ?? false;
}
