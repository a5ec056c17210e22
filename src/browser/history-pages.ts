/**
 * Asks for pages of the log, and takes only those that count: of the same life of the log, and read when everything
 * had been seen that does not come live. So pages and live events overlap, and never leave a gap.
 */
import type { EventsPage, Seq } from "../protocol/events.ts";
import { fetchPage, type PageQuery } from "./events-page.ts";
import type { Excerpt } from "./excerpt.ts";
import type { Timeline } from "./timeline.ts";

const firstPage = 50;
const nextPage = 100;

const newest = Number.MAX_SAFE_INTEGER;

export class HistoryPages {
  readonly #eventsUrl: string;

  constructor(eventsUrl: string) {
    this.#eventsUrl = eventsUrl;
  }

  async newest(isLateEnough: (page: EventsPage) => boolean): Promise<EventsPage> {
    return await this.#fetch({ direction: "before", seq: newest, limit: firstPage }, isLateEnough);
  }

  async before(oldest: Seq, shown: Timeline | Excerpt, live: Timeline): Promise<EventsPage> {
    const query = { direction: "before", seq: oldest, limit: nextPage } as const;
    return await this.#fetch(query, (page) => isOf(live, page) && shown.reaches(page));
  }

  async after(last: Seq, excerpt: Excerpt, live: Timeline): Promise<EventsPage> {
    const query = { direction: "after", seq: last, limit: nextPage } as const;
    return await this.#fetch(query, (page) => reachesOn(page, excerpt, live));
  }

  /** Fills an excerpt with a message, if there is one of this number, and what is around it. */
  async around(seq: Seq, excerpt: Excerpt, live: Timeline): Promise<void> {
    const [older, newer] = await Promise.all([
      this.#fetch(
        { direction: "before", seq: seq + 1, limit: firstPage },
        (page) => isOf(live, page) && excerpt.reaches(page),
      ),
      this.#fetch({ direction: "after", seq, limit: firstPage }, (page) => reachesOn(page, excerpt, live)),
    ]);
    excerpt.takeOlder(older);
    excerpt.takeNewer(newer);
  }

  #fetch(query: PageQuery, isLateEnough: (page: EventsPage) => boolean): Promise<EventsPage> {
    return fetchPage(this.#eventsUrl, query, isLateEnough);
  }
}

function isOf(live: Timeline, page: EventsPage): boolean {
  return page.epoch === live.epoch;
}

/** A last page has to reach the newest messages, or it would be asked for again and again. */
function reachesOn(page: EventsPage, excerpt: Excerpt, live: Timeline): boolean {
  return isOf(live, page) && excerpt.reaches(page) && (page.more || page.head >= (live.oldest ?? 0));
}
