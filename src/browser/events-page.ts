/** Fetches one page of the room's history: a page, or an error whose message is for the person. */
import type { EventsPage, Seq } from "../protocol/events.ts";
import { texts } from "./texts/texts.ts";

const usualSize = 50;
const timeoutMs = 15_000;

/**
 * The newest messages below `before`, oldest first, each with its net state.
 * @param eventsUrl the room's `events`, absolute
 * @throws Error when the server cannot be reached or does not answer with a page
 */
export async function fetchOlder(eventsUrl: string, before: Seq, size = usualSize): Promise<EventsPage> {
  const url = `${eventsUrl}?before=${before}&limit=${size}`;
  // "no-cache" asks each time, with the ETag: a message may have been deleted since.
  const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(texts.trouble.problem(response.status));
  const page: unknown = await response.json();
  if (!isPage(page)) throw new Error(texts.trouble.notAPage);
  return page;
}

function isPage(value: unknown): value is EventsPage {
  return typeof value === "object" && value !== null && "events" in value && Array.isArray(value.events);
}
