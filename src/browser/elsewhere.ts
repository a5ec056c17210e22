/**
 * What this window and the others of this browser, on this room or another, tell each other through the store; and
 * what it asks now and then of the rooms that are not open. Works over plain http too.
 */
import { effect } from "@preact/signals";
import type { EventsPage, Seq } from "../protocol/events.ts";
import type { Alerts } from "./alerts.ts";
import { mentions } from "./mentions.ts";
import { plainWords } from "./plain-words.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import type { Store } from "./store.ts";
import type { Listener, Telling } from "./telling.ts";
import { readMark } from "./unread.ts";
import { UnreadRounds } from "./unread-rounds.ts";

const timeoutMs = 10_000;

export interface Shared {
  readonly store: Store;
  readonly model: RoomModel;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
}

export interface Place {
  readonly room: string;
  readonly address: RoomAddress;
  /** From the page to the chat's root. */
  readonly base: string;
}

export function keepInStep(shared: Shared): void {
  const { store, model, rooms, alerts } = shared;
  rooms.opened(Date.now());
  effect(() => {
    if (model.reading.isLoaded.value) rooms.counted(rooms.here, model.reading.unseen.value, Date.now());
  });
  addEventListener("storage", ({ key, newValue }) => {
    rooms.changedElsewhere(key);
    alerts.changedElsewhere(key);
    if (key !== null) model.reading.changedElsewhere(key);
    if (key !== null && newValue === null) model.sending.removedElsewhere(key);
    const isRenamed = key === "confab:name" && newValue !== null && newValue !== model.me.self.value.name;
    if (isRenamed) model.rename(newValue);
  });
  addEventListener("pagehide", () => model.composing.leave());
  const rounds = new UnreadRounds({
    rooms,
    seen: (path) => readMark(store, path)?.seen,
    me: () => model.me.uid,
    isInView: () => !document.hidden && navigator.onLine,
    ask,
  });
  rounds.start();
  document.addEventListener("visibilitychange", () => void rounds.go());
}

/** Loads what tells of news once the person has asked to be told. */
export function tellNews({ store, model, rooms, alerts }: Shared, { room, address, base }: Place): void {
  let telling: Promise<Telling> | undefined;
  const listener: Listener = {
    room,
    link: address.link,
    icon: new URL(`${base}static/icon-192.png`, location.href).href,
    level: () => alerts.level.value,
    hasSound: () => alerts.hasSound.value,
    me: () => model.me.self.value,
    seen: () => readMark(store, rooms.here)?.seen ?? 0,
    isInView: () => !document.hidden && document.hasFocus(),
    mentions,
    words: plainWords,
  };
  model.onMessage = (message) => {
    if (alerts.level.value === "none" && !alerts.hasSound.value) return;
    telling ??= import("./telling.ts").then((part) => new part.Telling(listener));
    telling.then(
      (part) => part.hear(message),
      () => (telling = undefined), // The next message tries again.
    );
  };
}

async function ask(path: string, after: Seq, limit: number): Promise<EventsPage> {
  const url = `${path}/events?after=${after}&limit=${limit}`;
  // "no-cache" asks with the ETag: most of the time nothing happened, and the answer is 304.
  const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as EventsPage;
}
