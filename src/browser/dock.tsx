/** The foot of the room: the composer, the line under it, and the way back to the newest message. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { ComposingLine } from "./composing-line.tsx";
import { Icon } from "./icon.tsx";
import { toNewest } from "./jump.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import { StatusLine } from "./status-line.tsx";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly place: ReadingPlace;
}

export function Dock({ model, place }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const { composing } = model;
  useSignalEffect(() => composing.keep());
  useSignalEffect(() => {
    if (composing.mode.value.state !== "saying") field.current?.focus();
  });
  return (
    <footer class="dock">
      <div class="col">
        <Pill model={model} place={place} />
        <ComposingLine model={model} />
        <Composer model={model} field={field} onSent={() => toNewest(model, place)} />
        <StatusLine model={model} text={composing.text} onDone={() => field.current?.focus()} />
      </div>
    </footer>
  );
}

/** The way back to the newest message: with how many are new, or only far from it. */
function Pill({ model, place }: Props) {
  const { unseen, hasMoreUnseen, part } = model.reading;
  const isNew = unseen.value > 0;
  if (!isNew && part.value.endsWithNewest && !place.isFarUp.value) return null;
  return (
    <button type="button" class={`pill${isNew ? "" : " is-quiet"}`} onClick={() => toNewest(model, place)}>
      {isNew ? texts.reading.unseen(unseen.value, hasMoreUnseen.value) : texts.reading.toNewest}
      <Icon name="down" />
    </button>
  );
}
