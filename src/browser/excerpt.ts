/**
 * A part of the log that is not its end, for a reader who went there: grows at both ends by pages until it meets the
 * newest messages. It takes the acts that come live, so an edit or a deletion shows here too.
 */
import type { ChatEvent, EventsPage, MessageEvent, Seq } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { HeldMessages } from "./held-messages.ts";
import type { Timeline } from "./timeline.ts";

export class Excerpt {
  readonly #held: HeldMessages;
  /** What was done up to here is known only from pages: one has to reach this far. */
  #reach: Seq;
  #hasOlder = false;
  #hasNewer = true;

  /** @param position of the live events: those after it are taken here too */
  constructor(position: Seq, held = new HeldMessages(), hasOlder = false) {
    this.#held = held;
    this.#reach = position;
    this.#hasOlder = hasOlder;
  }

  get oldest(): Seq | undefined {
    return this.#held.oldest;
  }

  get newest(): MessageEvent | undefined {
    return this.#held.newest;
  }

  get length(): number {
    return this.#held.length;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Whether a message of this number would be here, if there is one. */
  spans(seq: Seq): boolean {
    return (this.oldest ?? Infinity) <= seq && seq <= (this.newest?.seq ?? 0);
  }

  find(seq: Seq): ShownMessage | undefined {
    return this.#held.find(seq);
  }

  messages(): readonly ShownMessage[] {
    return this.#held.list();
  }

  take(event: ChatEvent): void {
    // A message has its place at the room's end, which is not here.
    if (event.type !== "msg") this.#held.hold(event);
  }

  /** Whether a page's reader had seen everything this part does not get live. */
  reaches({ head }: EventsPage): boolean {
    return head >= this.#reach;
  }

  /** Takes a page that ends where the held messages begin; the first one, too. */
  takeOlder(page: EventsPage): void {
    const before = this.oldest;
    for (const event of page.events) this.#held.hold(event);
    this.#hasOlder = page.more && this.oldest !== before;
  }

  /** Takes a page that begins where the held messages end. */
  takeNewer(page: EventsPage): void {
    for (const event of page.events) this.#held.hold(event);
    this.#hasNewer = page.more;
  }

  /**
   * Gives its messages to the newest ones, if it has come so far.
   * @returns whether it had
   */
  joins(live: Timeline): boolean {
    const meets = (this.newest?.seq ?? 0) >= (live.oldest ?? Infinity);
    if (!meets && this.#hasNewer) return false;
    live.join(this.#held, this.#hasOlder);
    return true;
  }

  /**
   * Forgets what is further from a message than so many others.
   * @param position of the live events
   */
  keepAround(seq: Seq, others: number, position: Seq): void {
    const at = this.#held.countThrough(seq);
    if (at > others) this.#hasOlder = true;
    if (at + others < this.length) this.#hasNewer = true;
    this.#held.keep(at - others, at + others);
    this.#reach = position;
  }
}
