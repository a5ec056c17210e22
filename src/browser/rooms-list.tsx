/** The rooms this browser knows, what is unread in them, and the way into any other: beside the room, or over it. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { lobby } from "../protocol/room-name.ts";
import { Icon } from "./icon.tsx";
import { Name } from "./name.tsx";
import { roomTyped } from "./room-typed.ts";
import type { KnownRoom, Rooms } from "./rooms.ts";
import { texts } from "./texts/texts.ts";
import { maxCounted } from "./unread-rounds.ts";

interface Props {
  readonly rooms: Rooms;
  /** From the page to the chat's root. */
  readonly base: string;
  readonly publicName: string;
}

export function RoomsList({ rooms, base, publicName }: Props) {
  const root = base === "" ? "./" : base;
  return (
    <nav class="rooms" aria-label={texts.being.rooms.title}>
      <a class="brand" href={root}>
        <Logo />
        <span>{publicName}</span>
      </a>
      <h2 class="label">{texts.being.rooms.title}</h2>
      <ul>
        {rooms.list.value.map((room) => (
          <RoomLine
            key={room.path}
            room={room}
            href={room.name === lobby ? root : room.path}
            isHere={room.path === rooms.here}
            onForget={() => rooms.forget(room.path)}
          />
        ))}
      </ul>
      <OpenRoom base={base} />
    </nav>
  );
}

interface LineProps {
  readonly room: KnownRoom;
  readonly href: string;
  readonly isHere: boolean;
  readonly onForget: () => void;
}

function RoomLine({ room: { name, unread }, href, isHere, onForget }: LineProps) {
  const looks = `rm${isHere ? " is-here" : unread > 0 ? " is-unread" : ""}`;
  const words = texts.being.rooms;
  return (
    <li>
      <a class={looks} href={href} {...(isHere && { "aria-current": "page" as const })}>
        <span class="slash" aria-hidden="true">
          /
        </span>
        <Name>{name}</Name>
        {!isHere && unread > 0 && (
          <span class="count">
            <span aria-hidden="true">{unread < maxCounted ? unread : `${maxCounted - 1}+`}</span>
            <span class="sr">
              {unread < maxCounted ? words.unread(unread) : words.manyUnread(maxCounted - 1)}
            </span>
          </span>
        )}
      </a>
      {!isHere && (
        <button
          type="button"
          class="rm-out"
          aria-label={words.forget(name)}
          title={words.forget(name)}
          onClick={onForget}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}

function OpenRoom({ base }: { readonly base: string }) {
  const field = useRef<HTMLInputElement>(null);
  const isRefused = useSignal(false);
  const words = texts.being.rooms;
  const open = (event: Event) => {
    event.preventDefault();
    const room = roomTyped(field.current?.value ?? "");
    isRefused.value = room === undefined;
    if (room !== undefined) location.assign(`${base}r/${encodeURIComponent(room)}`);
  };
  return (
    <form class="go" onSubmit={open}>
      <label>
        <span class="label">{words.open}</span>
        <span class="go-in">
          <span class="slash" aria-hidden="true">
            /r/
          </span>
          <input
            ref={field}
            placeholder={words.anyName}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="go"
            aria-invalid={isRefused.value}
            onInput={() => (isRefused.value = false)}
          />
        </span>
      </label>
      <p class="go-problem" role="alert">
        {isRefused.value && words.badName}
      </p>
    </form>
  );
}

/** As in views/brand.ejs. */
function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path class="l1" d="M2 9.5a7.5 7.5 0 1 1 7.5 7.5H2z" />
      <path class="l2" d="M22 14.5A7.5 7.5 0 1 0 14.5 22H22z" />
      <path class="l3" d="M9.5 17A7.5 7.5 0 0 0 16.8 7.36 7.5 7.5 0 0 0 7.2 16.64c.72.24 1.5.36 2.3.36z" />
    </svg>
  );
}
