/** A room's whole history over HTTP, page by page, in both directions that the server offers. */
import type { ChatEvent, EventsPage, MessageEvent, Seq } from "../../src/protocol/events.ts";

const messagesOnly = (events: readonly ChatEvent[]): MessageEvent[] =>
  events.filter((event): event is MessageEvent => event.type === "msg");

/** @param query e.g. `after=0&limit=500` */
export async function eventsPage(server: string, room: string, query: string): Promise<EventsPage> {
  const response = await fetch(`${server}/r/${encodeURIComponent(room)}/events?${query}`);
  if (response.status !== 200) throw new Error(`events: ${response.status} ${await response.text()}`);
  return (await response.json()) as EventsPage;
}

/** Oldest page first, as a program reads everything. */
export async function everyMessage(server: string, room: string, limit = 500): Promise<MessageEvent[]> {
  const messages: MessageEvent[] = [];
  let isMore = true;
  while (isMore) {
    const page = await eventsPage(server, room, `after=${messages.at(-1)?.seq ?? 0}&limit=${limit}`);
    messages.push(...messagesOnly(page.events));
    isMore = page.more;
  }
  return messages;
}

/** Newest page first, as the page does that was told `reset`: everything up to the head it named. */
export async function messagesUpTo(
  server: string,
  room: string,
  head: Seq,
  limit = 500,
): Promise<MessageEvent[]> {
  let messages: MessageEvent[] = [];
  let isMore = true;
  while (isMore) {
    const before = messages[0]?.seq ?? head + 1;
    const page = await eventsPage(server, room, `before=${before}&limit=${limit}`);
    messages = [...messagesOnly(page.events), ...messages];
    isMore = page.more;
  }
  return messages;
}
