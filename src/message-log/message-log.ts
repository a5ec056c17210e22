/**
 * What the chat needs of a message log. An act becomes an event when the log has made it durable and numbered it;
 * everybody, its writer included, learns of it through the log's feed and no other way (I1, I2, I4).
 */
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { ChatEvent, Epoch, EventsPage, Ref, Seq, Uid, UnixMs } from "../protocol/events.ts";

interface ActBase {
  /** Canonical room name. */
  readonly room: string;
  readonly uid: Uid;
  readonly ref: Ref;
}

export interface MessageAct extends ActBase {
  readonly type: "msg";
  readonly msg: string;
  readonly id: number;
  readonly name: string;
  readonly reply_to?: Seq;
  readonly bot?: true;
}

export interface EditAct extends ActBase {
  readonly type: "edit";
  readonly target: Seq;
  readonly msg: string;
}

export interface DeleteAct extends ActBase {
  readonly type: "delete";
  readonly target: Seq;
}

export interface ReactAct extends ActBase {
  readonly type: "react";
  readonly target: Seq;
  readonly name: string;
  readonly emoji: string;
  readonly on: boolean;
}

/** What a person asks to be kept. */
export type Act = MessageAct | EditAct | DeleteAct | ReactAct;

export type Outcome =
  /** `repeat`: the same act was kept before, under this number (I3). */
  | { readonly kept: true; readonly seq: Seq; readonly at: UnixMs; readonly repeat: boolean }
  | { readonly kept: false; readonly code: ErrorCode; readonly message: string };

/** Whether this very act was kept: it is no repeat, and became an event. */
export function isNew(
  outcome: Outcome | undefined,
): outcome is Extract<Outcome, { kept: true }> & { readonly repeat: false } {
  return outcome?.kept === true && !outcome.repeat;
}

export interface RoomEvent {
  readonly room: string;
  readonly event: ChatEvent;
}

/** Where a client stands: it has seen everything up to `since`, in the log's life `epoch`. */
export interface Position {
  readonly since: Seq;
  readonly epoch?: Epoch;
}

export interface SearchHit {
  readonly seq: Seq;
  readonly uid: Uid;
  readonly name: string;
  readonly at: UnixMs;
  /** The message's text around the match, in pieces: those with `hit` matched. */
  readonly snippet: readonly { readonly text: string; readonly hit: boolean }[];
}

export type LogStatus =
  | { readonly state: "ok" }
  /** Reads work, appends are refused. */
  | { readonly state: "degraded"; readonly reason: string }
  /** Reads do not work, or not yet. */
  | { readonly state: "unavailable"; readonly reason: string };

/** The log cannot be opened. The message is one line for the operator. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code = "start_failed";
}

/** The search took longer than its budget: ask again with more or rarer words. */
export class SearchTimeout extends Error {
  override readonly name = "SearchTimeout";
  readonly code = "search_timeout";
}

export interface MessageLog {
  readonly epoch: Epoch;
  /** The last number handed to the feed; reads answer at least up to here. */
  readonly head: Seq;
  readonly status: LogStatus;

  /**
   * Hands over every event kept from now on, in seq order; resolves when the log is caught up.
   * @throws StartError when the log cannot be opened: one line that says why
   */
  start(onEvent: (event: RoomEvent) => void): Promise<void>;

  /**
   * Resolves once the act has come back through the feed, or is refused; acts of one person and room keep their
   * order. Never rejects: a failed disk is the refusal `unavailable`.
   */
  append(act: Act): Promise<Outcome>;

  /** Whether `(room, uid, ref)` is kept already: a resend is recognised before it is counted against a limit. */
  isKept(room: string, uid: Uid, ref: Ref): boolean;

  /** Whether every event of the room after this position can still be told (epoch known, nothing pruned since). */
  knows(room: string, position: Position): boolean;

  /** How many events of the room have `seq > after`, counted up to `max` only. */
  countAfter(room: string, after: Seq, max: number): number;

  /** Events of the room with `seq > after`, oldest first, at most 500. A deleted message comes as its tombstone. */
  eventsAfter(room: string, after: Seq, limit: number): ChatEvent[];

  /** The newest `limit` messages below `before`, each with its net state. */
  pageBefore(room: string, before: Seq, limit: number): EventsPage;
  /** The oldest `limit` messages above `after`, each with its net state. */
  pageAfter(room: string, after: Seq, limit: number): EventsPage;
  /** Changes with any act on the room, with pruning and with the epoch: for ETags. */
  version(room: string): string;

  /**
   * At most 50 messages that hold every word: first those with the words as typed, then the newest. Finds what was
   * acknowledged before it was asked; rejects with a SearchTimeout after its budget.
   */
  search(room: string, query: string): Promise<SearchHit[]>;

  /** Every message of the room, oldest first, with its net state, page by page and from its own connection. */
  exportPages(room: string): AsyncIterable<readonly ChatEvent[]>;

  /** Finishes what was accepted and closes. */
  close(): Promise<void>;
}
