/** How much of the log a window holds: more rows are slow to draw, and a page stays open for weeks. */
import type { Seq } from "../protocol/events.ts";
import { Excerpt } from "./excerpt.ts";
import type { Timeline } from "./timeline.ts";

/** While the newest is read, and anywhere. */
const maxFollowing = 600;
const keptFollowing = 400;
const maxHeld = 500;
const keptAround = 200;

/**
 * Forgets what is far from where the person reads.
 * @param at the message under their eye; none while they follow the newest
 * @returns the excerpt they read, if it is not the newest messages
 */
export function forgetFar(
  at: Seq | undefined,
  live: Timeline,
  excerpt: Excerpt | undefined,
): Excerpt | undefined {
  if (at !== undefined && excerpt === undefined) return leave(live, at);
  if (live.length > maxFollowing) live.trim(keptFollowing);
  if (at !== undefined && excerpt !== undefined && excerpt.length > maxHeld) {
    excerpt.keepAround(at, keptAround, live.position);
  }
  return excerpt;
}

/** The newest messages have become too many for who reads further up: from here on they read an excerpt. */
function leave(live: Timeline, at: Seq): Excerpt | undefined {
  if (live.length <= maxHeld) return undefined;
  const newer = live.length - live.countThrough(at);
  if (newer <= keptAround) {
    live.trim(newer + keptAround);
    return undefined;
  }
  const excerpt = new Excerpt(live.position, live.copy(), live.hasOlder);
  excerpt.keepAround(at, keptAround, live.position);
  live.trim(keptFollowing);
  return excerpt;
}
