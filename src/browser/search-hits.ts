/** What a search of the room found, as its `search` says: newest first, no more than it cares to send. */
import type { Seq, Uid, UnixMs } from "../protocol/events.ts";
import { texts } from "./texts/texts.ts";

export interface Hit {
  readonly seq: Seq;
  readonly uid: Uid;
  readonly name: string;
  readonly at: UnixMs;
  /** The text around what matched, in pieces. */
  readonly snippet: readonly { readonly text: string; readonly hit: boolean }[];
}

/** The server stops looking here. */
const maxHits = 50;

export function readHits(body: unknown): readonly Hit[] | undefined {
  if (typeof body !== "object" || body === null || !("hits" in body)) return undefined;
  return Array.isArray(body.hits) ? body.hits.filter(isHit) : undefined;
}

function isHit(value: unknown): value is Hit {
  if (typeof value !== "object" || value === null || !("snippet" in value) || !("seq" in value)) return false;
  const { seq, snippet } = value;
  const isAuthored = "uid" in value && "name" in value && "at" in value;
  return isAuthored && typeof seq === "number" && Array.isArray(snippet);
}

/** "3 found", "50 newest": there may be more. */
export function countInWords(hits: readonly Hit[]): string {
  const { found, newest } = texts.room.search;
  return hits.length < maxHits ? found(hits.length) : newest(maxHits);
}

export interface DayOfHits {
  readonly day: string;
  readonly hits: readonly Hit[];
}

/** @param dayOf same value, same day */
export function byDay(hits: readonly Hit[], dayOf: (at: UnixMs) => string): DayOfHits[] {
  const days: { day: string; hits: Hit[] }[] = [];
  for (const hit of hits) {
    const day = dayOf(hit.at);
    const last = days.at(-1);
    if (last?.day === day) last.hits.push(hit);
    else days.push({ day, hits: [hit] });
  }
  return days;
}
