/** What is open beside the room, and the keys that open it. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PeoplePanel } from "./people-panel.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { SearchPanel } from "./search-panel.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import type { TimeWords } from "./time-words.ts";

export type View = "none" | "people" | "search" | "share";

interface Props {
  readonly view: Signal<View>;
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
}

export function Panels({ view, model, address, room, words, place }: Props) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!asksForSearch(event)) return;
      event.preventDefault();
      view.value = "search";
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
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
      return <ShareDialog address={address} room={room} onClose={close} />;
  }
}

/** Ctrl or Cmd and K anywhere; "/" where it is not typed as a letter. */
function asksForSearch({ key, ctrlKey, metaKey, altKey, target, isComposing }: KeyboardEvent): boolean {
  if (isComposing || altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k";
  return key === "/" && !(target instanceof Element && target.matches("input, textarea, [contenteditable]"));
}
