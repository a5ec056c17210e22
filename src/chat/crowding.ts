/**
 * What one room asks of the server: each text is written to everybody there. Two hundred people who all say the longest
 * they may, as often as they may, ask for a gigabyte a second; then a text counts for its length, so that its writers
 * slow down, and the short words of the others come through as ever.
 */
import { TokenBucket } from "../websocket/rate-limit.ts";

/** To all members together: about a fifth of what a core writes. */
const bytesPerSecond = 64 * 1024 * 1024;
/** As long as this, a text counts for one also in a room that asks for too much. */
const shortBytes = 250;

export class Crowding {
  readonly #written: TokenBucket;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#written = new TokenBucket({ perSecond: bytesPerSecond, burst: bytesPerSecond }, now);
  }

  /** How many messages of its writer's allowance this one counts for. */
  costOf(text: string): number {
    if (this.#written.waitMs === 0) return 1;
    return Math.max(1, Buffer.byteLength(text) / shortBytes);
  }

  /** @param members whom it is written to */
  said(text: string, members: number): void {
    this.#written.take(Buffer.byteLength(text) * members);
  }
}
