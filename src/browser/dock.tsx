/** The foot of the room: the composer, the line under it, and the way back to the newest message. */
import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { ComposingLine } from "./composing-line.tsx";
import { Icon } from "./icon.tsx";
import { isComposing } from "./input-method.ts";
import { toNewest } from "./jump.ts";
import { later } from "./later.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import { react } from "./reactions.tsx";
import type { RoomModel } from "./room-model.ts";
import { focusNewest } from "./row-keys.ts";
import { StatusLine } from "./status-line.tsx";
import { texts } from "./texts/texts.ts";
import { writeInto } from "./write-into.ts";

interface Props {
  readonly model: RoomModel;
  readonly place: ReadingPlace;
}

const EmojiPicker = later(async () => (await import("./emoji-picker.tsx")).EmojiPicker);

export function Dock({ model, place }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const { composing } = model;
  useSignalEffect(() => composing.keep());
  const known = useRef(composing.mode.peek());
  useSignalEffect(() => {
    const mode = composing.mode.value;
    // What an earlier visit left takes no focus.
    if (mode !== known.current && mode.state !== "saying") field.current?.focus();
    known.current = mode;
  });
  return (
    <footer class="dock">
      <div class="col">
        <Pill model={model} place={place} />
        <ComposingLine model={model} onAnswered={() => field.current?.focus()} />
        <Composer model={model} field={field} onSent={() => toNewest(model, place)} />
        <Picker model={model} field={field} />
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
  const go = ({ detail }: MouseEvent) => {
    toNewest(model, place);
    // By keyboard: who presses goes along.
    if (detail === 0) focusNewest(document.querySelector(".log"));
  };
  return (
    <button
      type="button"
      class={`pill${isNew ? "" : " is-quiet"}`}
      // A press must not take the focus from the field.
      onPointerDown={(event) => event.preventDefault()}
      onClick={go}
    >
      {isNew ? texts.reading.unseen(unseen.value, hasMoreUnseen.value) : texts.reading.toNewest}
      <Icon name="down" />
    </button>
  );
}

interface PickerProps {
  readonly model: RoomModel;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

function Picker({ model, field }: PickerProps) {
  const { emoji, composing } = model;
  const picking = emoji.picking.value;
  useEffect(() => {
    // Wherever the focus went meanwhile, and even before the picker is drawn.
    const onKeyDown = (event: KeyboardEvent) => {
      const isMeant = event.key === "Escape" && !isComposing(event) && !event.defaultPrevented;
      if (isMeant && emoji.picking.value.state !== "none") emoji.close();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  if (picking.state === "none") return null;
  const pick = (char: string) => {
    emoji.used(char);
    emoji.close();
    if (picking.state === "reacting") {
      react(picking.to, char, model);
      return;
    }
    const element = field.current;
    if (element === null) return;
    writeInto(element, char);
    composing.text.value = element.value;
  };
  const failed = () => {
    emoji.close();
    model.tell(texts.being.options.failed);
  };
  return <EmojiPicker shelf={emoji} onPick={pick} onFailed={failed} />;
}
