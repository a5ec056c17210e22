/** The room's face is its link. */
import type { Signal } from "@preact/signals";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import type { View } from "./panels.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly view: Signal<View>;
}

export function Header({ model, address, room, view }: Props) {
  return (
    <header class="head">
      <div class="col head-in">
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
            <bdi class="slug">{room}</bdi>
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
        <SearchButton view={view} />
      </div>
    </header>
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
