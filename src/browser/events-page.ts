/** Fetches pages of the room's history: a page that is late enough, or an error whose message is for the person. */
import type { EventsPage, Seq } from "../protocol/events.ts";
import { texts } from "./texts/texts.ts";

const timeoutMs = 15_000;
/** A node may be a moment behind the one that holds our socket. */
const behindRetries = 5;
const behindPauseMs = 300;

export interface PageQuery {
  /** The newest messages below a number, or the oldest above it. */
  readonly direction: "before" | "after";
  readonly seq: Seq;
  readonly limit: number;
}

/**
 * Messages oldest first, each with its net state.
 * @param eventsUrl the room's `events`, absolute
 * @param isLateEnough whether the page's reader had seen everything that does not come live
 * @throws Error when the server cannot be reached, does not answer with a page, or not with one that is late enough
 */
export async function fetchPage(
  eventsUrl: string,
  query: PageQuery,
  isLateEnough: (page: EventsPage) => boolean,
): Promise<EventsPage> {
  for (let retries = 0; retries <= behindRetries; retries += 1) {
    if (retries > 1) await new Promise((resolve) => setTimeout(resolve, behindPauseMs));
    const page = await fetchOnce(eventsUrl, query);
    if (isLateEnough(page)) return page;
  }
  throw new Error(texts.trouble.catchingUp);
}

async function fetchOnce(eventsUrl: string, { direction, seq, limit }: PageQuery): Promise<EventsPage> {
  const url = `${eventsUrl}?${direction}=${seq}&limit=${limit}`;
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
