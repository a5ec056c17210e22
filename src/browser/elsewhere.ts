/**
 * What this window and the others of this browser, on this room or another, tell each other through the store; and
 * what it asks now and then of the rooms that are not open. Works over plain http too.
 */
import { effect } from "@preact/signals";
import type { EventsPage, Seq } from "../protocol/events.ts";
import type { Alerts } from "./alerts.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import type { Store } from "./store.ts";
import { UnreadRounds } from "./unread-rounds.ts";

const timeoutMs = 10_000;

export interface Shared {
  readonly store: Store;
  readonly model: RoomModel;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
}

export function keepInStep(shared: Shared): void {
  const { store, model, rooms, alerts } = shared;
  rooms.opened(Date.now());
  effect(() => {
    const newest = model.reading.messages.value.at(-1)?.message.seq ?? 0;
    if (model.reading.isLoaded.value && model.reading.unseen.value === 0)
      seeThrough(store, rooms.here, newest);
  });
  effect(() => {
    if (model.reading.isLoaded.value) rooms.counted(rooms.here, model.reading.unseen.value, Date.now());
  });
  addEventListener("storage", ({ key, newValue }) => {
    rooms.changedElsewhere(key);
    alerts.changedElsewhere(key);
    if (key !== null && newValue === null) model.sending.removedElsewhere(key);
    const isRenamed = key === "confab:name" && newValue !== null && newValue !== model.me.self.value.name;
    if (isRenamed) model.rename(newValue);
  });
  const rounds = new UnreadRounds({
    rooms,
    seen: (path) => seenOf(store, path),
    me: () => model.me.uid,
    isInView: () => !document.hidden && navigator.onLine,
    ask,
  });
  rounds.start();
  document.addEventListener("visibilitychange", () => void rounds.go());
}

/** Up to where any window of this browser has shown a room. */
export function seenOf(store: Store, path: string): Seq | undefined {
  const [, seen] = /^(\d{1,15})(?: |$)/.exec(store.get(`confab:seen:${path}`) ?? "") ?? [];
  return seen === undefined ? undefined : Number(seen);
}

function seeThrough(store: Store, path: string, seq: Seq): void {
  if (seq > (seenOf(store, path) ?? -1)) store.set(`confab:seen:${path}`, `${seq}`);
}

async function ask(path: string, after: Seq, limit: number): Promise<EventsPage> {
  const url = `${path}/events?after=${after}&limit=${limit}`;
  // "no-cache" asks with the ETag: most of the time nothing happened, and the answer is 304.
  const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as EventsPage;
}
