/** What is open beside the room, and the keys that open it. */
import { useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Alerts } from "./alerts.ts";
import { EarlyWords } from "./early-words.ts";
import type { InstallOffer } from "./install-offer.ts";
import { later } from "./later.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import { RoomsDrawer } from "./rooms-drawer.tsx";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

export type View = "none" | "people" | "search" | "share" | "rooms" | "options" | "keys" | "projector";

interface Props {
  readonly view: Signal<View>;
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
  readonly install: InstallOffer;
  readonly base: string;
  readonly publicName: string;
}

const People = later(async () => (await import("./people-panel.tsx")).PeoplePanel);
const Search = later(async () => (await import("./search-panel.tsx")).SearchPanel);
const Share = later(async () => (await import("./share-dialog.tsx")).ShareDialog);
const Options = later(async () => (await import("./options-dialog.tsx")).OptionsDialog);
const Keys = later(async () => (await import("./keys-dialog.tsx")).KeysDialog);
const OnScreen = later(async () => (await import("./projector.tsx")).Projector);

export function Panels(props: Props) {
  const { view, model } = props;
  const early = useMemo(() => new EarlyWords(), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && early.isTaking) view.value = "none";
      const wanted = asksForSearch(event) ? "search" : asksForKeys(event) ? "keys" : undefined;
      if (wanted === undefined) return;
      event.preventDefault();
      if (wanted === "search" && view.value !== "search") early.take(texts.room.search.find);
      view.value = wanted;
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  useSignalEffect(() => {
    if (model.composing.wantedSearch.value !== undefined) view.value = "search";
  });
  useSignalEffect(() => {
    if (view.value !== "search") early.give();
  });
  return view.value === "none" ? null : <Opened {...props} opened={view.value} early={early} />;
}

interface OpenedProps extends Props {
  readonly opened: Exclude<View, "none">;
  readonly early: EarlyWords;
}

function Opened(props: OpenedProps) {
  const { view, opened, model, alerts, address } = props;
  const isHere = useRef(true);
  useLayoutEffect(() => () => void (isHere.current = false), []);
  /** A dialog tells its end a frame later: by then the next one may be open, or the same one anew. */
  const onClose = () => {
    if (isHere.current && view.value === opened) view.value = "none";
  };
  const onFailed = () => {
    onClose();
    model.composing.wantedSearch.value = undefined;
    model.tell(texts.being.options.failed);
  };
  const ends = { onClose, onFailed };
  switch (opened) {
    case "people":
      return <People {...props} {...ends} />;
    case "search":
      return <Search {...props} {...ends} />;
    case "share":
      return <Share {...props} {...ends} />;
    case "rooms":
      return <RoomsDrawer {...props} onClose={onClose} />;
    case "options":
      return (
        <Options
          {...ends}
          alerts={alerts}
          install={props.install}
          exportUrl={address.exportUrl}
          onShare={() => (view.value = "share")}
          onProject={() => (view.value = "projector")}
          onKeys={() => (view.value = "keys")}
        />
      );
    case "keys":
      return <Keys {...ends} />;
    case "projector":
      return <OnScreen {...props} {...ends} />;
  }
}

/** Ctrl or Cmd and K anywhere; "/" where it is not typed as a letter. */
function asksForSearch({ key, ctrlKey, metaKey, altKey, target, isComposing }: KeyboardEvent): boolean {
  if (isComposing || altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k";
  return key === "/" && !isTypedInto(target);
}

/** "?" where it is not typed as a letter, and nothing lies over the room. */
function asksForKeys({ key, ctrlKey, metaKey, altKey, target, isComposing }: KeyboardEvent): boolean {
  if (key !== "?" || isComposing || altKey || ctrlKey || metaKey) return false;
  return !isTypedInto(target) && document.querySelector("dialog[open]") === null;
}

function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, [contenteditable]");
}
