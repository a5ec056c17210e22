/**
 * A run of messages without a gap: each once, in seq order, with what the acts on it leave. Acts may come before
 * their message; a message keeps its `ShownMessage` until an act changes it, so that what did not change is not
 * drawn again.
 */
import type { ChatEvent, MessageEvent, Seq, Uid } from "../protocol/events.ts";
import { fold, netActs, shown, untouched, type NetState, type ShownMessage } from "../protocol/fold.ts";

export class HeldMessages {
  /** Oldest first. */
  #messages: MessageEvent[] = [];
  readonly #states = new Map<Seq, NetState>();
  readonly #shown = new Map<Seq, ShownMessage>();
  #list: readonly ShownMessage[] | undefined;

  get oldest(): Seq | undefined {
    return this.#messages[0]?.seq;
  }

  get newest(): MessageEvent | undefined {
    return this.#messages.at(-1);
  }

  get length(): number {
    return this.#messages.length;
  }

  /** Oldest first; the same array until something changes. */
  list(): readonly ShownMessage[] {
    return (this.#list ??= this.#messages.map((message) => this.#show(message)));
  }

  /** How many messages there are up to `seq`. */
  countThrough(seq: Seq): number {
    let from = 0;
    let to = this.#messages.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#messages[middle]?.seq ?? 0) <= seq) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** The messages of others that came after `seq`. */
  countAfter(seq: Seq, me: Uid | undefined): number {
    return this.#messages.slice(this.countThrough(seq)).filter(({ uid }) => uid !== me).length;
  }

  newestOf(uid: Uid | undefined): Seq | undefined {
    return this.#messages.findLast((message) => message.uid === uid)?.seq;
  }

  find(seq: Seq): ShownMessage | undefined {
    const message = this.#messages[this.countThrough(seq) - 1];
    return message?.seq === seq ? this.#show(message) : undefined;
  }

  hold(event: ChatEvent): void {
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

  /** Takes what another run holds; messages nobody acted on here stay the same objects. */
  absorb(other: HeldMessages): void {
    for (const message of other.#messages) {
      const { seq } = message;
      const state = other.#states.get(seq) ?? untouched;
      if (this.#states.has(seq)) for (const act of netActs(state)) this.hold(act);
      else {
        this.#states.set(seq, state);
        this.#shown.set(seq, other.#show(message));
      }
      this.#insert(message);
    }
  }

  /** Forgets every message outside of these places, and what was done to messages that are not here. */
  keep(from: number, to: number): void {
    this.#messages = this.#messages.slice(Math.max(0, from), to);
    this.#list = undefined;
    const held = new Set(this.#messages.map(({ seq }) => seq));
    for (const map of [this.#states, this.#shown]) {
      for (const seq of map.keys()) if (!held.has(seq)) map.delete(seq);
    }
  }

  #insert(message: MessageEvent): void {
    const at = this.countThrough(message.seq);
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
