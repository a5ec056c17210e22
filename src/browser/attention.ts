/** What the person has seen: everything, while the newest message is before their eyes. */
import type { Seq, Uid } from "../protocol/events.ts";
import type { Timeline } from "./timeline.ts";

/** A page open for weeks holds no more than this, while nobody reads further up. */
const maxMessages = 600;
const keptMessages = 400;

export class Attention {
  #seen: Seq = 0;
  /** The newest message is in view, in a page that is looked at. */
  #isAtNewest = true;
  #isGoingBack = false;

  get isAtNewest(): boolean {
    return this.#isAtNewest;
  }

  set isAtNewest(isAtNewest: boolean) {
    this.#isAtNewest = isAtNewest;
    // They have arrived, or gone elsewhere.
    if (!isAtNewest) this.#isGoingBack = false;
  }

  /** They are about to read further up: what is loaded for that must not be forgotten before they are there. */
  goBack(isGoing: boolean): void {
    this.#isGoingBack = isGoing;
  }

  /** @returns how many messages of others they have not seen */
  follow(timeline: Timeline, me: Uid | undefined): number {
    if (this.isAtNewest) {
      if (timeline.length > maxMessages && !this.#isGoingBack) timeline.trim(keptMessages);
      this.#seen = timeline.newest?.seq ?? 0;
    }
    return timeline.countAfter(this.#seen, me);
  }
}
