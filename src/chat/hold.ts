/**
 * Keeps what one connection sends in order (I4): once an act was refused for the time being, what was sent behind it
 * is refused too, until that act comes again; or until its sender, had it wanted to, would have sent it again.
 */
import type { Ref } from "../protocol/events.ts";

export type RefusedForNow = "rate_limited" | "unavailable";

/** Added to the time the sender was told to wait: a slow network's round trip. */
const patienceMs = 1_000;

export class Hold {
  readonly #now: () => number;
  #held: { readonly ref: Ref; readonly code: RefusedForNow; readonly untilMs: number } | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** An act was refused, its sender told to come back after so long. The first of several is the one waited for. */
  begin(ref: Ref, code: RefusedForNow, retryAfterMs: number): void {
    if (this.codeFor(ref) !== undefined) return;
    this.#held = { ref, code, untilMs: this.#now() + retryAfterMs + patienceMs };
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
