/** The room's face is its link. */
import type { Signal } from "@preact/signals";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import type { View } from "./panels.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";

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
          aria-label="Share this room"
          aria-haspopup="dialog"
          title="QR code and link"
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
              Anyone with the link
            </span>
            <Here count={model.count.value} view={view} />
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
      aria-label="Search"
      aria-keyshortcuts="Control+K Meta+K /"
      title="Search (Ctrl K)"
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
      title="People here"
      aria-expanded={isOpen}
      onClick={() => (view.value = isOpen ? "none" : "people")}
    >
      {count === 1 ? "Only you" : `${count.toLocaleString()} here`}
    </button>
  );
}
