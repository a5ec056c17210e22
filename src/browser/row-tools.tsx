/**
 * What can be done with a message: a bar beside the row for mouse and keyboard, a sheet for touch. Both ask once, in
 * their place, before a message is deleted.
 */
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ShownMessage } from "../protocol/fold.ts";
import { Icon, type IconName } from "./icon.tsx";
import { react } from "./reactions.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

const quickEmoji = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

interface Props {
  readonly shown: ShownMessage;
  readonly model: RoomModel;
}

type Asking = "nothing" | "emoji" | "deletion";

export function RowTools({ shown, model }: Props) {
  const asking = useSignal<Asking>("nothing");
  const bar = useRef<HTMLDivElement>(null);
  const words = texts.reading.message;
  useLayoutEffect(() => {
    if (asking.value !== "nothing") bar.current?.querySelector("button")?.focus();
  }, [asking.value]);
  const done = () => {
    // The buttons go away: the focus stays in the row.
    bar.current?.closest<HTMLElement>(".row")?.focus({ preventScroll: true });
    asking.value = "nothing";
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || asking.value === "nothing") return;
    event.stopPropagation();
    done();
  };
  return (
    <div ref={bar} class="tools" role="group" aria-label={words.label} aria-live="off" onKeyDown={pressed}>
      {asking.value === "emoji" && <QuickEmoji shown={shown} model={model} onDone={done} />}
      {asking.value === "deletion" && <Deletion shown={shown} model={model} onDone={done} />}
      {asking.value === "nothing" && (
        <>
          <Tool name={words.react} icon="react" onPress={() => (asking.value = "emoji")} />
          <Tool name={words.reply} icon="reply" onPress={() => model.composing.reply(shown)} />
          {isOwn(shown, model) && (
            <Tool name={words.edit} icon="edit" onPress={() => model.composing.edit(shown)} />
          )}
          {isOwn(shown, model) && (
            <Tool name={words.delete} icon="trash" onPress={() => (asking.value = "deletion")} />
          )}
        </>
      )}
    </div>
  );
}

interface SheetProps extends Props {
  readonly isOpen: Signal<boolean>;
}

/** A dialog of the browser's own: it holds the focus, and Escape closes it. */
export function RowSheet({ shown, model, isOpen }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const asking = useSignal<Asking>("nothing");
  const words = texts.reading.message;
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const compose = (how: "reply" | "edit") => {
    close();
    model.composing[how](shown);
  };
  const outside = ({ target }: Event) => {
    if (target === dialog.current) close();
  };
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={words.label}
      onClose={() => (isOpen.value = false)}
      onClick={outside}
    >
      <div class="sheet-in">
        {asking.value === "deletion" ? (
          <Deletion shown={shown} model={model} onDone={close} />
        ) : (
          <>
            <div class="quick">
              <QuickEmoji shown={shown} model={model} onDone={close} />
            </div>
            <SheetAct icon="reply" onPress={() => compose("reply")}>
              {words.reply}
            </SheetAct>
            {isOwn(shown, model) && (
              <SheetAct icon="edit" onPress={() => compose("edit")}>
                {words.edit}
              </SheetAct>
            )}
            {isOwn(shown, model) && (
              <SheetAct icon="trash" isBad onPress={() => (asking.value = "deletion")}>
                {words.delete}
              </SheetAct>
            )}
          </>
        )}
      </div>
    </dialog>
  );
}

function isOwn({ message }: ShownMessage, model: RoomModel): boolean {
  return message.uid === model.me.uid;
}

interface AnswerProps extends Props {
  readonly onDone: () => void;
}

function QuickEmoji({ shown, model, onDone }: AnswerProps) {
  return quickEmoji.map((emoji) => (
    <button
      key={emoji}
      type="button"
      class="tool em"
      aria-label={texts.reading.message.reactWith(emoji)}
      onClick={() => {
        react(shown, emoji, model);
        onDone();
      }}
    >
      {emoji}
    </button>
  ));
}

function Deletion({ shown, model, onDone }: AnswerProps) {
  const remove = () => {
    onDone();
    model.sending.act({ action: "delete", target: shown.message.seq });
  };
  return (
    <p class="ask">
      <span>{texts.reading.message.reallyDelete}</span>
      <button type="button" class="text-btn is-bad" onClick={remove}>
        {texts.reading.message.delete}
      </button>
      <button type="button" class="text-btn is-quiet" onClick={onDone}>
        {texts.reading.message.keep}
      </button>
    </p>
  );
}

interface ToolProps {
  readonly name: string;
  readonly icon: IconName;
  readonly onPress: () => void;
}

function Tool({ name, icon, onPress }: ToolProps) {
  return (
    <button type="button" class="tool" aria-label={name} title={name} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

interface SheetActProps {
  readonly icon: IconName;
  readonly isBad?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

function SheetAct({ icon, isBad = false, onPress, children }: SheetActProps) {
  return (
    <button type="button" class={`sheet-act${isBad ? " is-bad" : ""}`} onClick={onPress}>
      <Icon name={icon} />
      {children}
    </button>
  );
}
