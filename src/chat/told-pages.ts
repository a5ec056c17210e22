/**
 * What members who are behind were told lately, a page each: those who woke or came back together are told the same,
 * and it is read and joined once for all of them.
 */
import type { Dialect } from "../protocol/client-frames.ts";
import type { Seq } from "../protocol/events.ts";
import type { NumberedOutgoing } from "./recent-frames.ts";

/** Some readers are quicker than others; who is further apart than so many pages reads for itself. */
const maxPages = 8;

/** A room's events in (after, last], encoded. */
export class Page {
  readonly after: Seq;
  readonly last: Seq;
  readonly #items: readonly NumberedOutgoing[];
  readonly #joined = new Map<Dialect, Buffer>();

  /** @param items at least one, oldest first, without a gap behind `after` */
  constructor(after: Seq, items: readonly NumberedOutgoing[]) {
    this.after = after;
    this.last = items.at(-1)?.seq ?? after;
    this.#items = items;
  }

  /** What it holds behind `seq`: empty where there is nothing for this dialect. */
  bytesAfter(seq: Seq, dialect: Dialect): Buffer {
    if (seq > this.after) return this.#join(seq, dialect);
    const known = this.#joined.get(dialect);
    if (known !== undefined) return known;
    const bytes = this.#join(seq, dialect);
    this.#joined.set(dialect, bytes);
    return bytes;
  }

  #join(seq: Seq, dialect: Dialect): Buffer {
    const due = this.#items.filter((item) => item.seq > seq);
    return Buffer.concat(due.map(({ frames }) => frames[dialect] ?? nothing));
  }
}

/** Those used last. */
export class ToldPages {
  #pages: Page[] = [];

  /** A page that goes on behind `seq`. */
  find(seq: Seq): Page | undefined {
    const at = this.#pages.findIndex(({ after, last }) => after <= seq && seq < last);
    const page = this.#pages[at];
    if (page !== undefined) this.#pages.push(...this.#pages.splice(at, 1));
    return page;
  }

  add(page: Page): Page {
    this.#pages.push(page);
    if (this.#pages.length > maxPages) this.#pages.shift();
    return page;
  }

  clear(): void {
    this.#pages = [];
  }
}

const nothing = Buffer.alloc(0);
