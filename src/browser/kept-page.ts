/**
 * The newest messages of a room as this person last had them before their eyes, for opening it without a server. Each
 * visit overwrites the one before, so a deleted message is gone from here with the next visit at the latest. Loaded
 * later, and only where the browser has a cache for pages (a secure context).
 */
import type { ChatEvent, Epoch, EventsPage, Seq } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";

const maxMessages = 50;
const maxRooms = 20;
const anyVersion = { ignoreSearch: true };

export interface Held {
  /** Newest last. */
  readonly messages: readonly ShownMessage[];
  readonly epoch: Epoch;
  /** Everything up to here is in the messages, or before them. */
  readonly head: Seq;
}

/** @param eventsUrl of the room */
export async function keepPage(eventsUrl: string, held: Held): Promise<void> {
  const cache = await openCache(eventsUrl);
  const before = await cache.keys(eventsUrl, anyVersion);
  // Beside the one before: the page may go at any moment, and half an overwriting leaves nothing.
  await cache.put(`${eventsUrl}?kept=${Date.now()}`, Response.json(pageOf(held)));
  await Promise.all(before.map((version) => cache.delete(version)));
  const rooms = await cache.keys();
  await Promise.all(rooms.slice(0, -maxRooms).map((room) => cache.delete(room)));
}

export async function keptPage(eventsUrl: string): Promise<EventsPage | undefined> {
  const kept = (await (await openCache(eventsUrl)).matchAll(eventsUrl, anyVersion)).at(-1);
  return kept && ((await kept.json()) as EventsPage);
}

export async function forgetPage(eventsUrl: string): Promise<void> {
  await (await openCache(eventsUrl)).delete(eventsUrl, anyVersion);
}

/** One for each chat of an origin. */
async function openCache(eventsUrl: string): Promise<Cache> {
  return await caches.open(`confab-messages ${new URL("..", eventsUrl).pathname}`);
}

function pageOf({ messages, epoch, head }: Held): EventsPage {
  const newest = messages.slice(-maxMessages);
  return { epoch, head, events: newest.flatMap(eventsOf), more: true };
}

/** As the server would tell it: the message, then what is left of the acts on it. */
function eventsOf({ message, text, isDeleted, isEdited, reactions }: ShownMessage): ChatEvent[] {
  if (isDeleted) return [{ ...message, msg: "", deleted: true }];
  const { seq, uid, at, ref } = message;
  const edit = { type: "edit", seq, target: seq, uid, msg: text, at, ref } as const;
  return [{ ...message, msg: text }, ...(isEdited ? [edit] : []), ...reactions.flatMap(({ by }) => by)];
}
