/**
 * The newest messages of the room and everything that comes live, as a pure state machine over events. Its position
 * moves by events alone (and begins at a head), so a reconnect resumes from exactly what was seen (I4, I5).
 */
import type { ChatEvent, Epoch, EventsPage, MessageEvent, Seq, Uid } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { HeldMessages } from "./held-messages.ts";

export class Timeline {
  #epoch: Epoch;
  #position: Seq;
  /** What was done up to here is known only from pages: one has to reach this far. */
  #reach: Seq;
  readonly #held = new HeldMessages();
  #history: "unknown" | "more" | "all" = "unknown";

  constructor(epoch: Epoch, head: Seq) {
    this.#epoch = epoch;
    this.#reach = head;
    this.#position = head;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** The server honoured the position in another life of its log. */
  adopt(epoch: Epoch): void {
    this.#epoch = epoch;
  }

  /** Everything up to here was seen, or is in the history. */
  get position(): Seq {
    return this.#position;
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

  /** Whether the newest page of history has been taken. */
  get isLoaded(): boolean {
    return this.#history !== "unknown";
  }

  get hasOlder(): boolean {
    return this.#history === "more";
  }

  /** Whether a message of this number would be here, if there is one. */
  spans(seq: Seq): boolean {
    return this.#history === "all" || (this.oldest ?? Infinity) <= seq;
  }

  find(seq: Seq): ShownMessage | undefined {
    return this.#held.find(seq);
  }

  countThrough(seq: Seq): number {
    return this.#held.countThrough(seq);
  }

  newestOf(uid: Uid | undefined): Seq | undefined {
    return this.#held.newestOf(uid);
  }

  /** How many messages of others came after `seq`. */
  countAfter(seq: Seq, me: Uid | undefined): number {
    return this.#held.countAfter(seq, me);
  }

  /** Oldest first; the same array until something changes. */
  messages(): readonly ShownMessage[] {
    return this.#held.list();
  }

  /** A live event; one that was seen already changes nothing. */
  take(event: ChatEvent): void {
    this.#position = Math.max(this.#position, event.seq);
    this.#held.hold(event);
  }

  /**
   * Whether a page's reader had seen everything this timeline does not get live. An older one would leave a gap
   * between the page and the first live event.
   */
  reaches(page: EventsPage): boolean {
    return page.epoch === this.epoch && page.head >= this.#reach;
  }

  /** Takes a page that ends where the held messages begin, or the newest page. */
  takeOlder(page: EventsPage): void {
    const before = this.oldest;
    for (const event of page.events) this.#held.hold(event);
    // A page that brings nothing older would be asked for again and again.
    this.#history = page.more && this.oldest !== before ? "more" : "all";
  }

  /** Takes messages that meet the oldest held. */
  join(older: HeldMessages, hasOlder: boolean): void {
    this.#held.absorb(older);
    this.#history = hasOlder ? "more" : "all";
  }

  /** The same messages, to be held elsewhere. */
  copy(): HeldMessages {
    const copy = new HeldMessages();
    copy.absorb(this.#held);
    return copy;
  }

  /** Forgets the oldest messages: they can be loaded again, while a page open for weeks must not grow for ever. */
  trim(keep: number): void {
    if (this.length <= keep) return;
    this.#held.keep(this.length - keep, this.length);
    this.#reach = this.#position;
    if (this.isLoaded) this.#history = "more";
  }
}
