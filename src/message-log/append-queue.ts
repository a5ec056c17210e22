/** Appends that wait for the writer: bounded in number and bytes, taken in order, a batch at a time. */
import type { UnixMs } from "../protocol/events.ts";
import { eventOfAct } from "./act-events.ts";
import type { TimedAct } from "./act-store.ts";
import type { Act, Outcome, RoomEvent } from "./message-log.ts";

interface Append {
  readonly timed: TimedAct;
  readonly bytes: number;
  readonly settle: (outcome: Outcome) => void;
}

const maxAppends = 10_000;
const maxBytes = 16 * 1024 * 1024;
/** A longer transaction would make the next ones wait longer than its fsync saves. */
const maxBatch = 1_000;
/** What an act costs beside its text: names, ids, the promise. */
const overheadBytes = 500;

export class AppendQueue {
  readonly #waiting: Append[] = [];
  #inFlight: readonly Append[] = [];
  #count = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** What the writer was given and has not answered. */
  get inFlight(): readonly TimedAct[] {
    return this.#inFlight.map(({ timed }) => timed);
  }

  /** Nothing when the queue is full. */
  add(act: Act, at: UnixMs): Promise<Outcome> | undefined {
    const bytes = overheadBytes + ("msg" in act ? 2 * act.msg.length : 0);
    if (this.#count >= maxAppends || this.#bytes + bytes > maxBytes) return undefined;
    this.#count += 1;
    this.#bytes += bytes;
    return new Promise((settle) => this.#waiting.push({ timed: { act, at }, bytes, settle }));
  }

  /** The next batch, unless one is still under way or nothing waits. */
  next(): readonly TimedAct[] | undefined {
    if (this.#inFlight.length > 0 || this.#waiting.length === 0) return undefined;
    this.#inFlight = this.#waiting.splice(0, maxBatch);
    return this.inFlight;
  }

  /** What the batch in flight became, in its order: an event for each act that was kept. */
  eventsOf(outcomes: readonly Outcome[]): RoomEvent[] {
    const events = this.#inFlight.map(({ timed }, at) => eventOfAct(timed, outcomes[at]));
    return events.filter((event) => event !== undefined);
  }

  settle(outcomes: readonly Outcome[]): void {
    const batch = this.#inFlight;
    this.#inFlight = [];
    for (const [at, append] of batch.entries()) this.#end(append, outcomes[at]);
  }

  /** What is in flight keeps waiting: only the file knows what became of it. */
  settleWaiting(outcome: Outcome): void {
    for (const append of this.#waiting.splice(0)) this.#end(append, outcome);
  }

  #end(append: Append, outcome: Outcome | undefined): void {
    this.#count -= 1;
    this.#bytes -= append.bytes;
    if (outcome === undefined) throw new Error("the writer answered fewer acts than it was given");
    append.settle(outcome);
  }
}
