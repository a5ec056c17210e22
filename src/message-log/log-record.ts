/**
 * What a log that several nodes share holds, in the order in which it numbers. Every node makes the same file of it
 * (see `projection.ts`), so a record says all that this takes, and what it says is never changed.
 */
import type { Epoch, Seq, UnixMs } from "../protocol/events.ts";
import type { Act } from "./message-log.ts";

export type LogRecord =
  /** Somebody asked for this; whether it counts is decided at its place. `by` names the append at its node. */
  | { readonly type: "act"; readonly act: Act; readonly at: UnixMs; readonly by?: string }
  /** A new life of the log begins; of the one before, numbers up to `through` are true. The first says of which secret. */
  | {
      readonly type: "epoch";
      readonly epoch: Epoch;
      readonly through: Seq;
      readonly fingerprint?: string;
    }
  /** Retention takes these messages and all their acts out. */
  | {
      readonly type: "prune";
      readonly room: string;
      readonly messages: readonly Seq[];
      readonly through?: Seq;
    }
  /** The log goes on from the file of one node, whose last number was `seq`, and whose lives ended so. */
  | {
      readonly type: "base";
      readonly seq: Seq;
      readonly epochs: readonly (readonly [Epoch, Seq])[];
      readonly fingerprint: string;
    }
  /** An event of that file, with its number. */
  | { readonly type: "imported"; readonly seq: Seq; readonly act: Act; readonly at: UnixMs }
  /** The record at `place` is gone, because it held an erased text. Without that text it was this. */
  | { readonly type: "erased"; readonly place: number; readonly record: LogRecord };

/** A record as it travels, at its place in the log. */
export interface Placed {
  readonly place: number;
  readonly text: string;
  /** Somebody at this node waits for what becomes of it. */
  readonly isOwn?: true;
}

export function encodeRecord(record: LogRecord): string {
  // `by` comes first: a node knows its own by how they begin.
  return JSON.stringify("by" in record ? { by: record.by, ...record } : record);
}

/** Nothing for what is no record of ours, or one of a later version: it is passed over. */
export function decodeRecord(text: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Whoever may write to the log is one of our nodes; columns of strict tables hold the rest to its kind.
    return typeof value === "object" && value !== null && "type" in value ? (value as LogRecord) : undefined;
  } catch {
    return undefined; // Not even JSON.
  }
}

/** Whether a record says what retention takes. */
export function isPrune(text: string): boolean {
  return text.startsWith('{"type":"prune",');
}

/** How the text of a record begins that this append made. */
export function beginningOf(by: string): string {
  return `{"by":${JSON.stringify(by)},`;
}
