/** A page of history in parts that are drawn in a frame each, so that nobody's scrolling or typing waits for it. */
import type { ChatEvent, EventsPage } from "../protocol/events.ts";

/** Messages that are drawn within a frame on a slow machine too. */
const sliceLength = 20;

/** For who goes up: each part ends where the one before it begins. */
export function newestFirst(page: EventsPage): EventsPage[] {
  return asPages(page, runsOf(page.events).toReversed());
}

/** For who goes down: each part begins where the one before it ends. */
export function oldestFirst(page: EventsPage): EventsPage[] {
  return asPages(page, runsOf(page.events));
}

/** After every part but the last one there is more. */
function asPages(page: EventsPage, runs: readonly (readonly ChatEvent[])[]): EventsPage[] {
  return runs.map((events, at) => ({ ...page, events, more: at < runs.length - 1 || page.more }));
}

/** A message and what was done to it stay together. */
function runsOf(events: readonly ChatEvent[]): ChatEvent[][] {
  const runs: ChatEvent[][] = [];
  let messages = 0;
  for (const event of events) {
    if (event.type === "msg" && messages % sliceLength === 0) runs.push([]);
    if (event.type === "msg") messages += 1;
    runs.at(-1)?.push(event);
  }
  return runs.length === 0 ? [[]] : runs;
}
