/** The foot of the room: the composer, the line under it, and the way back to the newest message. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { ComposingLine } from "./composing-line.tsx";
import { Icon } from "./icon.tsx";
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
  const unseen = model.reading.unseen.value;
  return (
    <footer class="dock">
      <div class="col">
        {unseen > 0 && (
          <button type="button" class="pill" onClick={() => place.toEnd()}>
            {texts.reading.unseen(unseen)}
            <Icon name="down" />
          </button>
        )}
        <ComposingLine model={model} />
        <Composer model={model} field={field} onSent={() => place.toEnd()} />
        <StatusLine model={model} text={composing.text} onDone={() => field.current?.focus()} />
      </div>
    </footer>
  );
}
