/**
 * When messages are taken out, and which limits count then. Ages come from the wall clock, so nothing is taken while
 * it disagrees with the monotonic clock: a clock set wrong must not cost anybody their messages.
 */
import type { UnixMs } from "../protocol/events.ts";
import type { PruneLimits } from "./surplus.ts";

export interface RetentionOptions {
  readonly maxRoomMessages?: number;
  readonly maxAgeDays?: number;
  readonly now?: () => UnixMs;
  /** Milliseconds that no setting of the wall clock changes. */
  readonly monotonicNow?: () => number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A client resends by itself for 7 days: the ref of what it sends must be known for longer than that. */
const alwaysKeptDays = 8;
const sweepIntervalMs = 60 * 60 * 1000;
const maxDisagreementMs = 60_000;

export class Retention {
  readonly #options: RetentionOptions;
  readonly #sweep: (limits: PruneLimits) => void;
  readonly #wallNow: () => UnixMs;
  readonly #monotonicNow: () => number;
  readonly #offsetMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RetentionOptions, sweep: (limits: PruneLimits) => void) {
    this.#options = options;
    this.#sweep = sweep;
    this.#wallNow = options.now ?? Date.now;
    this.#monotonicNow = options.monotonicNow ?? (() => performance.now());
    this.#offsetMs = this.#wallNow() - this.#monotonicNow();
  }

  start(): void {
    if (this.#options.maxRoomMessages === undefined && this.#options.maxAgeDays === undefined) return;
    this.sweepNow();
    this.#timer = setInterval(() => this.sweepNow(), sweepIntervalMs);
    this.#timer.unref();
  }

  sweepNow(): void {
    const now = this.#wallNow();
    if (Math.abs(now - this.#monotonicNow() - this.#offsetMs) > maxDisagreementMs) return;
    const { maxRoomMessages, maxAgeDays } = this.#options;
    this.#sweep({
      alwaysKeepFrom: now - alwaysKeptDays * dayMs,
      ...(maxRoomMessages === undefined ? {} : { maxRoomMessages }),
      ...(maxAgeDays === undefined ? {} : { tooOldBefore: now - maxAgeDays * dayMs }),
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
