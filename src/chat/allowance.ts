/** How much one person, and one address, may say: a flooder is told to wait and harms nobody else. */
import type { Uid } from "../protocol/events.ts";
import { RateLimiter, type Rate, type TokenBucket } from "../websocket/rate-limit.ts";

/** A classroom or an office shares one address. */
const peoplePerAddress = 10;

export class Allowance {
  readonly #people: RateLimiter;
  readonly #addresses: RateLimiter;

  /** @param now a monotonic clock in milliseconds */
  constructor(rate: Rate, now: () => number) {
    this.#people = new RateLimiter(rate, now);
    const { perSecond, burst } = rate;
    this.#addresses = new RateLimiter(
      { perSecond: perSecond * peoplePerAddress, burst: burst * peoplePerAddress },
      now,
    );
  }

  /** Milliseconds until this person may say something, 0 for now. */
  waitMs(uid: Uid, address: string): number {
    return Math.max(0, ...this.#buckets(uid, address).map((bucket) => bucket.waitMs));
  }

  /** @param cost in messages; more than is left is paid for by waiting */
  spend(uid: Uid, address: string, cost = 1): void {
    for (const bucket of this.#buckets(uid, address)) bucket.take(cost);
  }

  /** A resend of what was kept before costs nothing. */
  refund(uid: Uid, address: string, cost = 1): void {
    for (const bucket of this.#buckets(uid, address)) bucket.giveBack(cost);
  }

  /** Where the address is not known, it is not counted. */
  #buckets(uid: Uid, address: string): TokenBucket[] {
    const own = this.#people.bucket(uid);
    return address === "" ? [own] : [own, this.#addresses.bucket(address)];
  }
}
