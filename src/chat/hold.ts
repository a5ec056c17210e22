/**
 * Keeps what one connection sends in order (I4): once an act was refused for the time being, what was sent behind it
 * is refused too, until that act comes again; or until its sender, had it wanted to, would have sent it again.
 */
import type { Ref } from "../protocol/events.ts";

export type RefusedForNow = "rate_limited" | "unavailable";

/** Added to the time the sender was told to wait: a slow network's round trip. */
const patienceMs = 1_000;

/** An act on its way, in the order they came. */
export interface Arrival {
  readonly ref: Ref;
  readonly number: number;
}

interface Held extends Arrival {
  readonly code: RefusedForNow;
  readonly untilMs: number;
}

export class Hold {
  readonly #now: () => number;
  #held: Held | undefined;
  #arrivals = 0;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  arrive(ref: Ref): Arrival {
    this.#arrivals += 1;
    return { ref, number: this.#arrivals };
  }

  /**
   * An act was refused, its sender told to come back after so long. Of several the one that came first is waited for:
   * answers may come in another order, since what finds the log failing is refused at once.
   */
  begin(arrival: Arrival, code: RefusedForNow, retryAfterMs: number): void {
    const held = this.#held;
    const isLater = held !== undefined && this.#now() < held.untilMs && held.number < arrival.number;
    if (!isLater) this.#held = { ...arrival, code, untilMs: this.#now() + retryAfterMs + patienceMs };
  }

  /** What an act is to be refused with because an earlier one is waited for. */
  codeFor(ref: Ref): RefusedForNow | undefined {
    const held = this.#held;
    if (held === undefined || held.ref === ref || this.#now() >= held.untilMs) return undefined;
    return held.code;
  }

  /** An act is on its way: if it was the one waited for, those behind it may follow. */
  passed(ref: Ref): void {
    if (this.#held?.ref === ref) this.#held = undefined;
  }
}
