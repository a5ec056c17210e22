/**
 * The durable events of a room, as they are kept and as they travel. Everything a room ever shows came as one of
 * these four, numbered by the message log: order is `seq` alone, since `at` follows a wall clock and may go back.
 */

/** Position in the log: grows, has gaps, is never reused. */
export type Seq = number;
/** Who: 16 base32 characters, the same over reloads, restarts and nodes. */
export type Uid = string;
/** The client's own id of an act: `[A-Za-z0-9_-]{1,64}`, unique for its uid in a room. */
export type Ref = string;
/** Names one life of the log: a new one at every start. */
export type Epoch = string;
/** Unix time in milliseconds. */
export type UnixMs = number;

/** The article's own three fields come first, so that its frame is a prefix of ours. */
export interface MessageEvent {
  readonly type: "msg";
  /** Empty when `deleted`. */
  readonly msg: string;
  /** The article's per-room number of the sender, as it was when sent. */
  readonly id: number;
  readonly seq: Seq;
  readonly uid: Uid;
  readonly name: string;
  readonly at: UnixMs;
  readonly ref: Ref;
  readonly reply_to?: Seq;
  readonly bot?: true;
  readonly deleted?: true;
}

export interface EditEvent {
  readonly type: "edit";
  readonly seq: Seq;
  readonly target: Seq;
  readonly uid: Uid;
  readonly msg: string;
  readonly at: UnixMs;
  readonly ref: Ref;
}

export interface DeleteEvent {
  readonly type: "delete";
  readonly seq: Seq;
  readonly target: Seq;
  readonly uid: Uid;
  readonly at: UnixMs;
  readonly ref: Ref;
}

export interface ReactEvent {
  readonly type: "react";
  readonly seq: Seq;
  readonly target: Seq;
  readonly uid: Uid;
  readonly name: string;
  readonly emoji: string;
  readonly on: boolean;
  readonly at: UnixMs;
  readonly ref: Ref;
}

export type ChatEvent = MessageEvent | EditEvent | DeleteEvent | ReactEvent;

/** `GET /r/:room/events`: messages oldest first, each followed by its net state. */
export interface EventsPage {
  readonly epoch: Epoch;
  readonly head: Seq;
  readonly events: readonly ChatEvent[];
  /** More messages beyond this page, in the direction asked for. */
  readonly more: boolean;
}
