/** The foot of the room: the composer, the line under it, and the way back to the newest message. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Composer } from "./composer.tsx";
import type { Draft } from "./draft.ts";
import { Icon } from "./icon.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import { StatusLine } from "./status-line.tsx";

interface Props {
  readonly model: RoomModel;
  readonly draft: Draft;
  readonly place: ReadingPlace;
}

export function Dock({ model, draft, place }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useSignal(draft.read());
  useSignalEffect(() => draft.write(text.value));
  const unseen = model.unseen.value;
  return (
    <footer class="dock">
      <div class="col">
        {unseen > 0 && (
          <button type="button" class="pill" onClick={() => place.toEnd()}>
            {unseen.toLocaleString()} new
            <Icon name="down" />
          </button>
        )}
        <Composer model={model} text={text} field={field} onSent={() => place.toEnd()} />
        <StatusLine model={model} text={text} onDone={() => field.current?.focus()} />
      </div>
    </footer>
  );
}
