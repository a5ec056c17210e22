/** What the log and its writer thread tell each other. Of batches, one is under way at a time. */
import type { Epoch, Seq } from "../protocol/events.ts";
import type { TimedAct } from "./act-store.ts";
import type { Sync } from "./database.ts";
import type { Placed } from "./log-record.ts";
import type { Outcome, RoomEvent } from "./message-log.ts";
import type { Followed } from "./projection.ts";
import type { PruneLimits } from "./surplus.ts";

export interface WriterOptions {
  readonly path: string;
  readonly sync: Sync;
  /** Not given where the file follows a shared log, which has an epoch of its own. */
  readonly epoch?: Epoch;
  /** The last number handed to the feed, when this writer takes over from one that died. */
  readonly fedThrough: Seq | undefined;
}

export type ToWriter =
  | { readonly type: "open"; readonly options: WriterOptions }
  | { readonly type: "append"; readonly batch: readonly TimedAct[] }
  /** Tell what became of a batch that a writer before this one did not answer. What it fed was fed up to there. */
  | { readonly type: "recall"; readonly batch: readonly TimedAct[]; readonly fedThrough: Seq }
  /** Records of a shared log. What is replayed is not fed. */
  | { readonly type: "project"; readonly batch: readonly Placed[]; readonly isReplay: boolean }
  /** Of texts erased up to this number nothing is left in the shared log. */
  | { readonly type: "erased"; readonly through: Seq }
  /** These places of the shared log hold nothing any more of what retention took. */
  | { readonly type: "taken"; readonly places: readonly number[] }
  | { readonly type: "index" }
  | { readonly type: "sweep"; readonly limits: PruneLimits }
  | { readonly type: "close" };

export interface OpenedFile {
  /** The last number given. */
  readonly head: Seq;
  readonly followed: Followed;
}

export interface Projected extends OpenedFile {
  readonly events: readonly RoomEvent[];
  /** Of the own records, in their order. */
  readonly outcomes: readonly Outcome[];
}

export type FromWriter =
  | ({ readonly type: "opened" } & OpenedFile)
  | ({ readonly type: "projected"; readonly commitMs: number } & Projected)
  | { readonly type: "refused"; readonly reason: string }
  /** What became of the batch, in its order: its acts that were kept are all that is new in the file. */
  | { readonly type: "kept"; readonly outcomes: readonly Outcome[]; readonly commitMs: number }
  /** After a failure: the events new in the file, then what became of the batch, in its order. */
  | {
      readonly type: "settled";
      readonly events: readonly RoomEvent[];
      readonly outcomes: readonly Outcome[];
    }
  /** The disk failed and works again already. */
  | { readonly type: "stumbled"; readonly reason: string }
  /** The disk fails: everything is refused until `recovered`. */
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "recovered"; readonly events: readonly RoomEvent[] }
  /** The search index knows every event handed over so far. */
  | { readonly type: "indexed" }
  | { readonly type: "closed" };
