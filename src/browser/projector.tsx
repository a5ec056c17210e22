/**
 * The room on a wall: its link and code for who comes in, what is said large for who sits far back. Fills the screen
 * where the browser can, the window where it cannot; Escape leaves.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { hueOf } from "../protocol/person-name.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { MessageText } from "./message-text.tsx";
import { Name } from "./name.tsx";
import { QrCard } from "./qr-card.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

/** More does not fit on any wall. */
const maxMessages = 12;
const clockMs = 5_000;

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly onClose: () => void;
}

export function Projector({ model, address, room, words, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    const stop = fillScreen(onClose);
    return () => {
      stop();
      element?.close();
    };
  }, []);
  return (
    <dialog ref={dialog} class="projector" aria-label={texts.being.projector.title} onClose={onClose}>
      <section class="wall">
        <p class="invite">{texts.being.projector.invitation}</p>
        <QrCard link={address.link} />
        <p class="big">
          {address.host}
          <Name>{room}</Name>
        </p>
      </section>
      <section class="beam">
        <p class="beam-top">
          <span>
            {model.company.count.value !== undefined && texts.room.people.here(model.company.count.value)}
          </span>
          <Clock words={words} />
        </p>
        <Said model={model} />
      </section>
      <button
        type="button"
        class="icon-btn leave"
        aria-label={texts.being.projector.leave}
        title={texts.being.projector.leave}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </dialog>
  );
}

function Clock({ words }: { readonly words: TimeWords }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), clockMs);
    return () => clearInterval(timer);
  }, []);
  return <time>{words.short(now.value)}</time>;
}

function Said({ model }: { readonly model: RoomModel }) {
  useEffect(() => model.reading.toNewest(), []);
  const latest = useComputed(() =>
    model.reading.part.value.messages.filter(({ isDeleted }) => !isDeleted).slice(-maxMessages),
  );
  return (
    <div class="beam-said">
      {latest.value.length === 0 && <p class="beam-none">{texts.being.projector.nothing}</p>}
      {latest.value.toReversed().map((shown) => (
        <Large key={shown.message.seq} shown={shown} names={model.names} />
      ))}
    </div>
  );
}

interface LargeProps {
  readonly shown: ShownMessage;
  readonly names: RoomModel["names"];
}

function Large({ shown: { message, text }, names }: LargeProps) {
  return (
    <article class={`pm h${hueOf(message.uid)}`}>
      <Avatar uid={message.uid} />
      <div>
        <Name class="name">{message.name}</Name>
        <MessageText text={text} isEdited={false} isPending={false} author={message} me="" names={names} />
      </div>
    </article>
  );
}

/** @returns how to stop; a browser's own Escape ends the full screen, and that ends the projector */
function fillScreen(onEnd: () => void): () => void {
  const root = document.documentElement;
  let wasFull = false;
  const changed = () => {
    if (document.fullscreenElement !== null) wasFull = true;
    else if (wasFull) onEnd();
  };
  document.addEventListener("fullscreenchange", changed);
  // An iPhone has none for pages, and a browser may say no: then the window is filled.
  if ("requestFullscreen" in root) root.requestFullscreen().catch(() => undefined);
  return () => {
    document.removeEventListener("fullscreenchange", changed);
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  };
}
