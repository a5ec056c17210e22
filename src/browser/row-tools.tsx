/**
 * What can be done with a message by mouse and keyboard: a bar beside the row, and a letter each. Asks once, in its
 * place, before a message is deleted.
 */
import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ShownMessage } from "../protocol/fold.ts";
import { canCopy, useCopying } from "./copying.ts";
import { Icon, type IconName } from "./icon.tsx";
import type { Outgoing } from "./outgoing.ts";
import { permalink } from "./permalink-address.ts";
import { react } from "./reactions.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

const quickEmoji = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

export interface OnMessage {
  readonly shown: ShownMessage;
  readonly model: RoomModel;
}

export type Asking = "nothing" | "emoji" | "deletion";

interface Props extends OnMessage {
  readonly asking: Signal<Asking>;
}

export function RowTools({ shown, model, asking }: Props) {
  const bar = useRef<HTMLDivElement>(null);
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
  const label = texts.reading.message.label;
  return (
    <div ref={bar} class="tools" role="group" aria-label={label} onKeyDown={pressed}>
      {asking.value === "emoji" && <QuickEmoji shown={shown} model={model} onDone={done} />}
      {asking.value === "deletion" && <Deletion shown={shown} model={model} onDone={done} />}
      {asking.value === "nothing" && <Tools shown={shown} model={model} asking={asking} />}
    </div>
  );
}

function Tools({ shown, model, asking }: Props) {
  const words = texts.reading.message;
  const isMine = isOwn(shown, model);
  return (
    <>
      <Tool name={words.react} keys="E" icon="react" onPress={() => (asking.value = "emoji")} />
      <Tool name={words.reply} keys="R" icon="reply" onPress={() => model.composing.reply(shown)} />
      {canCopy() && <LinkTool shown={shown} model={model} />}
      {isMine && <Tool name={words.edit} icon="edit" onPress={() => model.composing.edit(shown)} />}
      {isMine && (
        <Tool name={words.delete} keys="Delete" icon="trash" onPress={() => (asking.value = "deletion")} />
      )}
    </>
  );
}

/** What waits for a connection can still be taken back: nobody has seen it. */
export function TakeBack({ item, model }: { readonly item: Outgoing; readonly model: RoomModel }) {
  const { label, delete: name } = texts.reading.message;
  return (
    <div class="tools" role="group" aria-label={label}>
      <Tool name={name} keys="Delete" icon="trash" onPress={() => model.sending.discard(item.ref)} />
    </div>
  );
}

/** By touch a row that was tapped has one button, large enough for a finger; the sheet it opens has the rest. */
export function MoreButton({ onPress }: { readonly onPress: () => void }) {
  return (
    <div class="tools is-touch">
      <Tool name={texts.reading.message.more} icon="more" onPress={onPress} />
    </div>
  );
}

function LinkTool({ shown, model }: OnMessage) {
  const { said, copy } = useCopying(permalink(model.link, shown.message.seq));
  return (
    <>
      <Tool
        name={texts.reading.message.link[said]}
        keys="L"
        icon={said === "copied" ? "check" : "link"}
        onPress={copy}
      />
      <span class="sr" role="status">
        {said === "copy" ? "" : texts.reading.message.link[said]}
      </span>
    </>
  );
}

/** The letter that stands on a tool presses it, while the row itself has the focus. */
export function pressTool(event: KeyboardEvent): void {
  const { key, target, currentTarget: row, ctrlKey, altKey, metaKey } = event;
  if (target !== row || ctrlKey || altKey || metaKey || !(row instanceof HTMLElement)) return;
  // Somebody clicked here and goes on writing (stray-input.ts).
  if (document.activeElement !== row) return;
  const name = key === "Backspace" ? "Delete" : key.length === 1 ? key.toUpperCase() : key;
  const tool = row.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(name)}"]`);
  if (tool === null) return;
  event.preventDefault();
  tool.click();
}

export function isOwn({ message }: ShownMessage, model: RoomModel): boolean {
  return message.uid === model.me.uid;
}

interface AnswerProps extends OnMessage {
  readonly onDone: () => void;
}

export function QuickEmoji({ shown, model, onDone }: AnswerProps) {
  const quick = quickEmoji.map((emoji) => (
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
  const more = () => {
    onDone();
    model.emoji.pick(shown);
  };
  return [
    ...quick,
    <Tool key="more" name={texts.reading.message.moreReactions} icon="react" onPress={more} />,
  ];
}

export function Deletion({ shown, model, onDone }: AnswerProps) {
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
  readonly keys?: string;
  readonly icon: IconName;
  readonly onPress: () => void;
}

function Tool({ name, keys, icon, onPress }: ToolProps) {
  const title = keys === undefined ? name : `${name} (${keys})`;
  return (
    <button
      type="button"
      class="tool"
      aria-label={name}
      aria-keyshortcuts={keys}
      title={title}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
