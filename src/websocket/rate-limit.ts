/** Token buckets: `perSecond` on average, `burst` at once. A rate of 0 means no limit. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  #tokens: number;
  #filledAtMs: number;

  /** @param now a monotonic clock in milliseconds */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#filledAtMs = now();
  }

  /** Milliseconds until a token is there: 0 when one can be taken now. */
  get waitMs(): number {
    if (this.#rate.perSecond === 0) return 0;
    this.#fill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1000);
  }

  get isFull(): boolean {
    if (this.#rate.perSecond === 0) return true;
    this.#fill();
    return this.#tokens >= this.#rate.burst;
  }

  take(count = 1): void {
    this.#fill();
    this.#tokens -= count;
  }

  giveBack(count = 1): void {
    this.#tokens += count;
  }

  #fill(): void {
    const nowMs = this.#now();
    const gained = ((nowMs - this.#filledAtMs) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}

/** One bucket a key (a person, an address), forgotten once it is full again. */
export class RateLimiter {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #rate: Rate;
  readonly #now: () => number;
  #sweepAtSize = 1_000;

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Keys a bucket is held for. */
  get size(): number {
    return this.#buckets.size;
  }

  bucket(key: string): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAtSize) this.#sweep();
    const bucket = new TokenBucket(this.#rate, this.#now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Doubling the next sweep's size keeps the cost of sweeping constant per bucket made. */
  #sweep(): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull) this.#buckets.delete(key);
    }
    this.#sweepAtSize = Math.max(1_000, this.#buckets.size * 2);
  }
}
