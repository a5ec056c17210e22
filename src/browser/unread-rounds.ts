/**
 * How much is unread in the rooms that are not open in this window: asked over HTTP, a room after another, once a
 * minute while the window is looked at, and by one of the windows only. A room where nothing happened answers 304
 * without reading its log. No second socket: these rooms are not entered.
 */
import type { EventsPage, Seq, Uid, UnixMs } from "../protocol/events.ts";
import type { KnownRoom, Rooms } from "./rooms.ts";

export const roundMs = 60_000;
/** A window that comes back into view asks at once, unless it has just done so. */
const freshMs = 15_000;
/** Of the rooms opened lately; who is in more than this looks by themselves. */
const maxAsked = 20;
/** What is beyond is shown as "99+". */
export const maxCounted = 100;

export interface RoundsOptions {
  readonly rooms: Rooms;
  /** Up to where a room was seen; nothing where that is not known. */
  readonly seen: (path: string) => Seq | undefined;
  readonly me: () => Uid | undefined;
  readonly isInView: () => boolean;
  /** @throws Error when there is no answer */
  readonly ask: (path: string, after: Seq, limit: number) => Promise<EventsPage>;
}

export class UnreadRounds {
  readonly #options: RoundsOptions;
  #isUnderWay = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** @returns how to stop */
  start(): () => void {
    const timer = setInterval(() => void this.go(roundMs - 5_000), roundMs);
    void this.go(roundMs - 5_000);
    return () => clearInterval(timer);
  }

  /** @param olderThanMs what was counted later is not asked again, by whichever window it was */
  async go(olderThanMs = freshMs): Promise<void> {
    if (this.#isUnderWay || !this.#options.isInView()) return;
    this.#isUnderWay = true;
    const { rooms } = this.#options;
    const lately = rooms.list.value.toSorted((a, b) => b.lastOpened - a.lastOpened).slice(0, maxAsked);
    for (const room of lately) {
      const isDue = Date.now() - rooms.countedAt(room.path) >= olderThanMs;
      if (room.path !== rooms.here && isDue && !(await this.#count(room, Date.now()))) break;
    }
    this.#isUnderWay = false;
  }

  /** @returns whether the server answers */
  async #count({ path }: KnownRoom, now: UnixMs): Promise<boolean> {
    const { rooms, seen, me, ask } = this.#options;
    const after = seen(path);
    if (after === undefined) return true;
    try {
      const page = await ask(path, after, maxCounted);
      // Looked at meanwhile, in another window: that one knows better.
      if (seen(path) === after) rooms.counted(path, unreadIn(page, me()), now);
      return true;
    } catch {
      return false; // Offline, most likely: the line under the composer says so, and the next round asks again.
    }
  }
}

function unreadIn({ events }: EventsPage, me: Uid | undefined): number {
  return events.filter((event) => event.type === "msg" && event.deleted !== true && event.uid !== me).length;
}
