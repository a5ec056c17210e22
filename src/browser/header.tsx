/** The room's face is its link. */
import type { Signal } from "@preact/signals";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import { Name } from "./name.tsx";
import type { View } from "./panels.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly rooms: Rooms;
  readonly view: Signal<View>;
}

export function Header({ model, address, room, rooms, view }: Props) {
  return (
    <header class="head">
      <div class="col head-in">
        <ToRooms rooms={rooms} view={view} />
        <button
          type="button"
          class="qr-tile"
          aria-label={texts.room.link.share}
          aria-haspopup="dialog"
          title={texts.room.link.shareHint}
          onClick={() => (view.value = "share")}
        >
          <Icon name="qr" />
        </button>
        <div class="addr">
          <h1 class="link" title={address.link}>
            <span class="host">{address.host}</span>
            <Name class="slug">{room}</Name>
          </h1>
          <p class="meta">
            <span class="lock">
              <Icon name="unlock" />
              {texts.room.link.whoMayCome}
            </span>
            <Here count={model.company.count.value} view={view} />
          </p>
        </div>
        <CopyButton link={address.link} class="copy" />
        <div class="acts">
          <SearchButton view={view} />
          <PeopleButton view={view} />
          <OptionsButton view={view} />
        </div>
      </div>
    </header>
  );
}

/** Where there is no place for the list beside the room. */
function ToRooms({ rooms, view }: Pick<Props, "rooms" | "view">) {
  const others = rooms.list.value.filter(({ path }) => path !== rooms.here);
  if (others.length === 0) return null;
  const unread = others.reduce((sum, room) => sum + room.unread, 0);
  const words = texts.being.rooms;
  return (
    <button
      type="button"
      class="icon-btn to-rooms"
      aria-label={words.button(unread)}
      title={words.title}
      aria-haspopup="dialog"
      onClick={() => (view.value = "rooms")}
    >
      <Icon name="rooms" />
      {unread > 0 && <span class="dot" />}
    </button>
  );
}

function OptionsButton({ view }: { readonly view: Signal<View> }) {
  const words = texts.being.options;
  return (
    <button
      type="button"
      class="icon-btn"
      aria-label={words.button}
      title={words.title}
      aria-haspopup="dialog"
      onClick={() => (view.value = "options")}
    >
      <Icon name="more" />
    </button>
  );
}

function SearchButton({ view }: { readonly view: Signal<View> }) {
  const isOpen = view.value === "search";
  return (
    <button
      type="button"
      class="icon-btn find-btn"
      aria-label={texts.room.search.title}
      aria-keyshortcuts="Control+K Meta+K /"
      title={texts.room.search.button}
      aria-expanded={isOpen}
      onClick={() => (view.value = isOpen ? "none" : "search")}
    >
      <Icon name="search" />
    </button>
  );
}

/** Beside the number in the line below the link, which is small; a phone has no room for both. */
function PeopleButton({ view }: { readonly view: Signal<View> }) {
  const isOpen = view.value === "people";
  return (
    <button
      type="button"
      class="icon-btn people-btn"
      aria-label={texts.room.people.title}
      title={texts.room.people.button}
      aria-expanded={isOpen}
      onClick={() => (view.value = isOpen ? "none" : "people")}
    >
      <Icon name="people" />
    </button>
  );
}

interface HereProps {
  readonly count: number | undefined;
  readonly view: Signal<View>;
}

function Here({ count, view }: HereProps) {
  if (count === undefined) return null;
  const isOpen = view.value === "people";
  return (
    <button
      type="button"
      class="here"
      title={texts.room.people.button}
      aria-expanded={isOpen}
      onClick={() => (view.value = isOpen ? "none" : "people")}
    >
      {count === 1 ? texts.room.people.onlyYou : texts.room.people.here(count)}
    </button>
  );
}
