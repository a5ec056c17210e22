/** What a message answers, in one line above it; a press goes there, however far back it is. */
import type { ShownMessage } from "../protocol/fold.ts";
import { hueOf } from "../protocol/person-name.ts";
import { followTo } from "./jump.ts";
import { Name } from "./name.tsx";
import { firstLine } from "./plain-words.ts";
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
      {shown !== undefined && <Name class="name">{shown.message.name}</Name>}
      <QuotedWords of={shown} />
    </button>
  );
}

/** Its first line as it is read; of one that is not here, or not any more, that it is not. */
export function QuotedWords({ of: shown }: { readonly of: ShownMessage | undefined }) {
  return (
    <span class="quoted" dir="auto">
      {inWords(shown)}
    </span>
  );
}

function inWords(shown: ShownMessage | undefined): string {
  if (shown === undefined) return texts.reading.quote.earlier;
  if (shown.isDeleted) return texts.reading.message.deleted;
  return firstLine(shown.text);
}
