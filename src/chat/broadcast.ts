/**
 * A room's fan-out: each event is encoded once, a turn's frames are joined into one buffer, and that buffer is
 * written once to each member. A lone message goes out at once; a room that takes long to write to batches by
 * itself, so that fan-out never holds more than half of the event loop.
 */
import type { Seq } from "../protocol/events.ts";
import type { SharedWrite } from "../websocket/shared-write.ts";
import type { Member } from "./member.ts";
import { countWithin, Flush, type Outgoing } from "./outgoing.ts";

/** Members written to before other work of the process gets its turn: about 1 ms. */
const sliceSize = 200;
/** What each of them is written at most in one flush. A longer one would hold up everybody, and then be longer still. */
const maxFlushBytes = 128 * 1024;
/** A flush longer than this makes the next one wait as long as it took. */
const quickFlushMs = 2;
/** A message that came before its company waits no longer for it. */
const maxPatienceMs = 20;

export interface BroadcastOptions {
  readonly members: ReadonlyMap<string, Member>;
  /** Called for a member that fell behind in a flush. */
  readonly onBehind: (member: Member) => void;
  readonly shared: SharedWrite;
  readonly onFlushed: (tookMs: number) => void;
  /** The last event given out before the room opened. */
  readonly head: Seq;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

type Schedule =
  | { readonly state: "idle" }
  | { readonly state: "soon"; readonly timer: NodeJS.Timeout; readonly atMs: number }
  | { readonly state: "next-turn" }
  | { readonly state: "flushing" };

export class Broadcast {
  readonly #options: BroadcastOptions;
  #queue: Outgoing[] = [];
  /** Position of the queue's first frame; those below were taken by a flush. */
  #start = 0;
  #taken: Seq;
  #schedule: Schedule = { state: "idle" };
  #earliestMs = 0;
  /** What the last flush took, while fan-out is busy. */
  #busyMs = 0;
  /**
   * How many frames came together lately. A lone one never waits; where several came, more will follow, and to send
   * the first of them alone would cost as much as all of them.
   */
  #company = 1;

  constructor(options: BroadcastOptions) {
    this.#options = options;
    this.#taken = options.head;
  }

  /** The last event a flush has taken: a member that has it may go live. */
  get taken(): Seq {
    return this.#taken;
  }

  /** Where the next frame will stand. */
  get end(): number {
    return this.#start + this.#queue.length;
  }

  /** Position of the first waiting frame that somebody who has seen everything up to `seq` is to be sent. */
  positionAfter(seq: Seq): number {
    const last = this.#queue.findLastIndex((item) => item.seq !== undefined && item.seq <= seq);
    return this.#start + last + 1;
  }

  /** @param withinMs how long it may wait for company; whatever goes out sooner takes it along */
  send(outgoing: Outgoing, withinMs = 0): void {
    this.#queue.push(outgoing);
    this.#plan(withinMs);
  }

  close(): void {
    if (this.#schedule.state === "soon") clearTimeout(this.#schedule.timer);
    this.#queue = [];
  }

  #plan(withinMs: number): void {
    const schedule = this.#schedule;
    if (schedule.state === "flushing" || schedule.state === "next-turn") return;
    const nowMs = this.#options.now();
    const atMs = Math.max(nowMs + withinMs, this.#earliestMs);
    if (schedule.state === "soon") {
      if (schedule.atMs <= atMs) return;
      clearTimeout(schedule.timer);
    }
    if (atMs <= nowMs) {
      this.#schedule = { state: "next-turn" };
      setImmediate(() => this.#flush());
    } else {
      this.#schedule = { state: "soon", timer: setTimeout(() => this.#flush(), atMs - nowMs), atMs };
    }
  }

  #flush(): void {
    if (this.#queue.length === 0) {
      this.#schedule = { state: "idle" };
      return;
    }
    if (this.#isWorthWaiting()) {
      this.#schedule = { state: "idle" };
      this.#plan(0);
      return;
    }
    this.#schedule = { state: "flushing" };
    const count = countWithin(this.#queue, maxFlushBytes);
    const flush = new Flush(this.#start, this.#queue.slice(0, count));
    this.#queue = this.#queue.slice(count);
    this.#start = flush.end;
    this.#taken = flush.lastSeq ?? this.#taken;
    const members = [...this.#options.members.values()].filter((member) => member.isLive);
    this.#writeSlice(flush, members, 0, this.#options.now());
  }

  /** Where fan-out is busy and most of the usual company is still to come, it is waited for once more. */
  #isWorthWaiting(): boolean {
    const isWorthIt = this.#busyMs > 0 && this.#queue.length < this.#company / 2;
    if (isWorthIt) this.#earliestMs = this.#options.now() + this.#busyMs;
    this.#busyMs = 0;
    return isWorthIt;
  }

  #writeSlice(flush: Flush, members: readonly Member[], from: number, startedMs: number): void {
    const to = from + sliceSize;
    for (const member of members.slice(from, to)) {
      if (member.deliver(flush, this.#options.shared) === "behind") this.#options.onBehind(member);
    }
    this.#options.shared.end();
    if (to < members.length) setImmediate(() => this.#writeSlice(flush, members, to, startedMs));
    else this.#finish(flush, this.#options.now() - startedMs);
  }

  #finish(flush: Flush, tookMs: number): void {
    this.#options.onFlushed(tookMs);
    this.#company = Math.max(flush.end - flush.start, this.#queue.length, this.#company / 2);
    const isBusy = tookMs > quickFlushMs && this.#company > 1;
    this.#busyMs = isBusy ? Math.min(tookMs, maxPatienceMs) : 0;
    this.#earliestMs = isBusy ? this.#options.now() + tookMs : 0;
    this.#schedule = { state: "idle" };
    if (this.#queue.length > 0) this.#plan(0);
  }
}
