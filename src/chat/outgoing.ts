/**
 * What goes out to a room, encoded once for each dialect, and the joined bytes of one flush: members share one
 * Buffer, since copying it per member was the largest cost at 500 sockets.
 */
import type { Dialect } from "../protocol/client-frames.ts";
import type { ChatEvent, Seq } from "../protocol/events.ts";
import { jsonFrame } from "../websocket/frame.ts";

export interface Outgoing {
  /** Only kept events have a number; presence and typing are gone once they were sent. */
  readonly seq?: Seq;
  /** The whole frame for each dialect that is sent it. */
  readonly frames: Readonly<Partial<Record<Dialect, Buffer>>>;
}

/** A plain client is sent the messages; what edits and reactions make of them it does not know. */
export function outgoingEvent(event: ChatEvent): Outgoing {
  const frame = jsonFrame(event);
  const frames = event.type === "msg" ? { plain: frame, "confab.v1": frame } : { "confab.v1": frame };
  return { seq: event.seq, frames };
}

/** How many of the first items make a flush: at least one, and no more bytes than given. */
export function countWithin(items: readonly Outgoing[], maxBytes: number): number {
  let bytes = 0;
  const over = items.findIndex((item) => (bytes += item.frames["confab.v1"]?.length ?? 0) > maxBytes);
  return over === -1 ? items.length : Math.max(1, over);
}

interface Joined {
  readonly bytes: Buffer;
  /** Where each frame begins in `bytes`. */
  readonly offsets: readonly number[];
}

/** One flush: the frames at positions [start, end) of a room's queue, fixed when it begins. */
export class Flush {
  readonly start: number;
  readonly end: number;
  /** The last event among the frames. */
  readonly lastSeq: Seq | undefined;
  readonly #items: readonly Outgoing[];
  readonly #joined = new Map<Dialect, Joined>();

  constructor(start: number, items: readonly Outgoing[]) {
    this.start = start;
    this.end = start + items.length;
    this.#items = items;
    this.lastSeq = items.findLast((item) => item.seq !== undefined)?.seq;
  }

  /**
   * The dialect's bytes from a position on, to the end or up to another one: the whole is the same Buffer for all who
   * were live when the flush began.
   */
  bytes(dialect: Dialect, position: number, upTo = this.end): Buffer {
    const { bytes, offsets } = this.#join(dialect);
    if (position <= this.start && upTo >= this.end) return bytes;
    const offsetOf = (at: number): number => offsets[Math.max(0, at - this.start)] ?? bytes.length;
    return bytes.subarray(offsetOf(position), offsetOf(upTo));
  }

  #join(dialect: Dialect): Joined {
    const known = this.#joined.get(dialect);
    if (known !== undefined) return known;
    const frames = this.#items.map((item) => item.frames[dialect] ?? nothing);
    let offset = 0;
    const offsets = frames.map((frame) => (offset += frame.length) - frame.length);
    const [only] = frames;
    const joined = {
      bytes: frames.length === 1 && only !== undefined ? only : Buffer.concat(frames),
      offsets,
    };
    this.#joined.set(dialect, joined);
    return joined;
  }
}

const nothing = Buffer.alloc(0);
