/**
 * The messages this page holds, as a pure state machine over events: each message once, in seq order, with what
 * the acts on it leave. Its position moves by events alone (and begins at a head), so a reconnect resumes from
 * exactly what was seen (I4, I5).
 */
import type { ChatEvent, Epoch, EventsPage, MessageEvent, Seq, Uid } from "../protocol/events.ts";
import { fold, shown, untouched, type NetState, type ShownMessage } from "../protocol/fold.ts";

export class Timeline {
  #epoch: Epoch;
  /** The first head: live events follow it, history has to reach it. */
  readonly start: Seq;
  #position: Seq;
  /** Oldest first. */
  #messages: MessageEvent[] = [];
  readonly #states = new Map<Seq, NetState>();
  /** A message keeps its `ShownMessage` until an act changes it, so rows that did not change are not drawn again. */
  readonly #shown = new Map<Seq, ShownMessage>();
  #list: readonly ShownMessage[] | undefined;
  #history: "unknown" | "more" | "all" = "unknown";

  constructor(epoch: Epoch, head: Seq) {
    this.#epoch = epoch;
    this.start = head;
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
    return this.#messages[0]?.seq;
  }

  get newest(): MessageEvent | undefined {
    return this.#messages.at(-1);
  }

  get length(): number {
    return this.#messages.length;
  }

  /** Whether the newest page of history has been taken. */
  get isLoaded(): boolean {
    return this.#history !== "unknown";
  }

  get hasOlder(): boolean {
    return this.#history === "more";
  }

  /** How many messages of others came after `seq`. */
  countAfter(seq: Seq, me: Uid | undefined): number {
    let count = 0;
    for (let at = this.#messages.length - 1; at >= 0; at -= 1) {
      const message = this.#messages[at];
      if (message === undefined || message.seq <= seq) break;
      if (message.uid !== me) count += 1;
    }
    return count;
  }

  /** Oldest first; the same array until something changes. */
  messages(): readonly ShownMessage[] {
    return (this.#list ??= this.#messages.map((message) => this.#show(message)));
  }

  /** A live event; one that was seen already changes nothing. */
  take(event: ChatEvent): void {
    this.#position = Math.max(this.#position, event.seq);
    this.#hold(event);
  }

  /**
   * Whether a page's reader had seen everything this timeline does not get live. An older one would leave a gap
   * between the page and the first live event.
   */
  reaches(page: EventsPage): boolean {
    return page.epoch === this.epoch && page.head >= this.start;
  }

  /** Takes a page that ends where the held messages begin, or the newest page. */
  takeOlder(page: EventsPage): void {
    const before = this.oldest;
    for (const event of page.events) this.#hold(event);
    // A page that brings nothing older would be asked for again and again.
    this.#history = page.more && this.oldest !== before ? "more" : "all";
  }

  /** Forgets the oldest messages: they can be loaded again, while a page open for weeks must not grow for ever. */
  trim(keep: number): void {
    const dropped = this.#messages.splice(0, Math.max(0, this.#messages.length - keep));
    for (const { seq } of dropped) {
      this.#states.delete(seq);
      this.#shown.delete(seq);
    }
    if (dropped.length === 0) return;
    this.#list = undefined;
    if (this.isLoaded) this.#history = "more";
  }

  #hold(event: ChatEvent): void {
    if (event.type === "msg") {
      this.#insert(event);
      return;
    }
    const before = this.#states.get(event.target) ?? untouched;
    const after = fold(before, event);
    if (after === before) return;
    this.#states.set(event.target, after);
    this.#shown.delete(event.target);
    this.#list = undefined;
  }

  #insert(message: MessageEvent): void {
    let at = this.#messages.length;
    while (at > 0 && (this.#messages[at - 1]?.seq ?? 0) > message.seq) at -= 1;
    if (this.#messages[at - 1]?.seq === message.seq) return;
    this.#messages.splice(at, 0, message);
    this.#list = undefined;
  }

  #show(message: MessageEvent): ShownMessage {
    const known = this.#shown.get(message.seq);
    if (known !== undefined) return known;
    const fresh = shown(message, this.#states.get(message.seq) ?? untouched);
    this.#shown.set(message.seq, fresh);
    return fresh;
  }
}
