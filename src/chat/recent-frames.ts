/**
 * Recent events of the active rooms, encoded: when thousands come back at once, what they missed costs slices of
 * this and no query. Bounded for each room and for all; the room that was used longest ago gives way first.
 */
import type { Seq } from "../protocol/events.ts";
import type { Outgoing } from "./outgoing.ts";

export type NumberedOutgoing = Outgoing & { readonly seq: Seq };

const maxRoomFrames = 2_000;
const maxRoomBytes = 1024 * 1024;
const maxAllBytes = 64 * 1024 * 1024;

/** The frames of all rooms, for the bound they share. */
export class FrameCache {
  /** In the order they were last used. */
  readonly #rooms = new Set<RecentFrames>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = maxAllBytes) {
    this.#maxBytes = maxBytes;
  }

  /** @param head the last event given out before the room opened */
  open(head: Seq): RecentFrames {
    return new RecentFrames(head, (room, change) => this.#resize(room, change));
  }

  close(room: RecentFrames): void {
    room.clear();
    this.#rooms.delete(room);
  }

  #resize(room: RecentFrames, change: number): void {
    this.#bytes += change;
    this.#rooms.delete(room);
    this.#rooms.add(room);
    for (const oldest of this.#rooms) {
      if (this.#bytes <= this.#maxBytes || oldest === room) return;
      oldest.clear();
      this.#rooms.delete(oldest);
    }
  }
}

/** One room's: complete for every event above `floor`, up to the last one added. */
export class RecentFrames {
  #items: NumberedOutgoing[] = [];
  #floor: Seq;
  #last: Seq;
  #bytes = 0;
  readonly #onResize: (room: RecentFrames, change: number) => void;

  constructor(head: Seq, onResize: (room: RecentFrames, change: number) => void) {
    this.#floor = head;
    this.#last = head;
    this.#onResize = onResize;
  }

  get floor(): Seq {
    return this.#floor;
  }

  append(item: NumberedOutgoing): void {
    this.#items.push(item);
    this.#last = item.seq;
    this.#resize(sizeOf(item));
    if (this.#items.length > maxRoomFrames || this.#bytes > maxRoomBytes) this.#trim();
  }

  /** Takes what the log holds in (floor, present floor], where there is room for it. */
  prepend(floor: Seq, items: readonly NumberedOutgoing[]): void {
    const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0);
    if (this.#items.length + items.length > maxRoomFrames || this.#bytes + bytes > maxRoomBytes) return;
    this.#items.unshift(...items);
    this.#floor = floor;
    this.#resize(bytes);
  }

  /** Events in (seq, upTo], oldest first, at most `maxBytes` but at least one; nothing if some are not held. */
  after(seq: Seq, upTo: Seq, maxBytes: number): NumberedOutgoing[] | undefined {
    if (seq < this.#floor) return undefined;
    const found: NumberedOutgoing[] = [];
    let bytes = 0;
    for (let at = this.#indexAfter(seq); at < this.#items.length; at += 1) {
      const item = this.#items[at];
      if (item === undefined || item.seq > upTo) break;
      bytes += sizeOf(item);
      if (bytes > maxBytes && found.length > 0) break;
      found.push(item);
    }
    return found;
  }

  /** Forgets all: for a bound, and so that a deleted text is not in memory either. */
  clear(): void {
    this.#items = [];
    this.#floor = this.#last;
    this.#resize(-this.#bytes);
  }

  #resize(change: number): void {
    if (change === 0) return;
    this.#bytes += change;
    this.#onResize(this, change);
  }

  /** Drops the older half at once, so that trimming costs little per event. */
  #trim(): void {
    const dropped = this.#items.splice(0, Math.ceil(this.#items.length / 2));
    this.#floor = dropped.at(-1)?.seq ?? this.#floor;
    this.#resize(-dropped.reduce((sum, item) => sum + sizeOf(item), 0));
  }

  #indexAfter(seq: Seq): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.seq ?? Infinity) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What an event costs beside its bytes: its objects, and the memory block of its own. */
const overheadBytes = 256;

/** Both dialects are sent the same bytes of an event. */
function sizeOf({ frames }: Outgoing): number {
  return overheadBytes + ((frames["confab.v1"] ?? frames.plain)?.length ?? 0);
}
