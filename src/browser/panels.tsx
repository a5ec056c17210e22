/** What is open beside the room, and the keys that open it. */
import { useSignalEffect, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Alerts } from "./alerts.ts";
import { Later } from "./later.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import { RoomsDrawer } from "./rooms-drawer.tsx";
import { SearchPanel } from "./search-panel.tsx";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

export type View = "none" | "people" | "search" | "share" | "rooms" | "options" | "projector";

interface Props {
  readonly view: Signal<View>;
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
  readonly base: string;
  readonly publicName: string;
}

export function Panels(props: Props) {
  const { view, model, address, words, place } = props;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!asksForSearch(event)) return;
      event.preventDefault();
      view.value = "search";
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  useSignalEffect(() => {
    if (model.composing.wantedSearch.value !== undefined) view.value = "search";
  });
  const close = () => (view.value = "none");
  const shared = { model, address, onClose: close };
  switch (view.value) {
    case "none":
      return null;
    case "people":
      return <PeoplePanel {...shared} />;
    case "search":
      return <SearchPanel {...shared} words={words} place={place} />;
    case "share":
      return <Share {...props} />;
    case "rooms":
      return <RoomsDrawer {...props} onClose={close} />;
    case "options":
      return <Options {...props} />;
    case "projector":
      return <OnScreen {...props} />;
  }
}

function Share({ view, model, address, room }: Props) {
  return (
    <Later
      load={async () => (await import("./share-dialog.tsx")).ShareDialog}
      props={{ address, room, onClose: () => closes(view, "share") }}
      onFailed={() => failed(view, model)}
    />
  );
}

function Options({ view, model, address, alerts }: Props) {
  return (
    <Later
      load={async () => (await import("./options-dialog.tsx")).OptionsDialog}
      props={{
        alerts,
        exportUrl: address.exportUrl,
        onProject: () => (view.value = "projector"),
        onClose: () => closes(view, "options"),
      }}
      onFailed={() => failed(view, model)}
    />
  );
}

function OnScreen({ view, model, address, room, words }: Props) {
  return (
    <Later
      load={async () => (await import("./projector.tsx")).Projector}
      props={{ model, address, room, words, onClose: () => closes(view, "projector") }}
      onFailed={() => failed(view, model)}
    />
  );
}

/** A dialog tells its end when the next one is open already. */
function closes(view: Signal<View>, itself: View): void {
  if (view.value === itself) view.value = "none";
}

function failed(view: Signal<View>, model: RoomModel): void {
  view.value = "none";
  model.tell(texts.being.options.failed);
}

/** Ctrl or Cmd and K anywhere; "/" where it is not typed as a letter. */
function asksForSearch({ key, ctrlKey, metaKey, altKey, target, isComposing }: KeyboardEvent): boolean {
  if (isComposing || altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k";
  return key === "/" && !(target instanceof Element && target.matches("input, textarea, [contenteditable]"));
}
