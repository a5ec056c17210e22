/**
 * What rooms ask of the server: each frame is written to everybody there. Two hundred people who all say the longest
 * they may, as often as they may, ask for a gigabyte a second; then a text counts for its length, so that its writers
 * slow down, and beyond that long ones are refused for now. The short words of the others come through as ever.
 */
import { TokenBucket, type Rate } from "../websocket/rate-limit.ts";

const mebibyte = 1024 * 1024;
/**
 * To all members together: about a fifth of what a core writes. What comes at once is written at once too, and what is
 * said behind it waits for it.
 */
const ofRoom: Rate = { perSecond: 64 * mebibyte, burst: 32 * mebibyte };
/** Many rooms may be loud at once. */
const ofServer: Rate = { perSecond: 128 * mebibyte, burst: 64 * mebibyte };
/** Whoever is loud pays for it, and that is not enough where hundreds are. */
const mostOwedMs = 250;

/** As long as this, a text counts for one also in a room that asks for too much. */
const shortBytes = 250;
/** What a frame says beside its text. */
const frameBytes = 200;

/**
 * Bytes of a text as it travels: a control character takes six, a quotation mark two. Its frame is made once it is kept
 * and has its number, too late to refuse it, so this looks for what is written longer and writes only that twice.
 */
export function bytesOf(text: string): number {
  return isWrittenAsItIs(text) ? Buffer.byteLength(text) : Buffer.byteLength(JSON.stringify(text)) - quotes;
}

const quotes = 2;

function isWrittenAsItIs(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- JSON writes them as \u0001.
  return !/[\u0000-\u001f"\\]/.test(text);
}

/** One for the rooms of a server together. */
export function writtenInAll(now: () => number): TokenBucket {
  return new TokenBucket(ofServer, now);
}

export class Crowding {
  readonly #written: readonly TokenBucket[];

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number, inAll = writtenInAll(now)) {
    this.#written = [new TokenBucket(ofRoom, now), inAll];
  }

  /**
   * How many messages of its writer's allowance this one counts for.
   * @param bytes of its text, see `bytesOf`
   */
  costOf(bytes: number): number {
    return this.#owedMs === 0 ? 1 : Math.max(1, bytes / shortBytes);
  }

  /** Milliseconds until a text of so many bytes may be said. */
  waitMs(bytes: number): number {
    return bytes <= shortBytes ? 0 : Math.max(0, this.#owedMs - mostOwedMs);
  }

  /** @param members whom it is written to */
  said(bytes: number, members: number): void {
    for (const bucket of this.#written) bucket.take((frameBytes + bytes) * members);
  }

  get #owedMs(): number {
    return Math.max(...this.#written.map(({ waitMs }) => waitMs));
  }
}
