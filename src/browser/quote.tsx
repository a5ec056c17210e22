/** What a message answers, in one line above it; a press goes there, however far back it is. */
import { hueOf } from "../protocol/person-name.ts";
import { followTo } from "./jump.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import type { Quoted } from "./rows.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly quoted: Quoted;
  readonly model: RoomModel;
  readonly place: ReadingPlace;
  readonly isInTabOrder: boolean;
}

export function Quote({ quoted: { seq, shown }, model, place, isInTabOrder }: Props) {
  const go = () => void followTo(seq, model, place);
  return (
    <button
      type="button"
      class={`quote${shown === undefined ? "" : ` h${hueOf(shown.message.uid)}`}`}
      tabIndex={isInTabOrder ? 0 : -1}
      onClick={go}
    >
      <span class="sr">{texts.reading.quote.inReplyTo} </span>
      {shown === undefined ? (
        <span class="quoted">{texts.reading.quote.earlier}</span>
      ) : (
        <>
          <bdi class="name">{shown.message.name}</bdi>
          <span class="quoted">
            {shown.isDeleted ? texts.reading.message.deleted : firstLine(shown.text)}
          </span>
        </>
      )}
    </button>
  );
}

export function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0] ?? "";
}
