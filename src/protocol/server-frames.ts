/**
 * What the server says: one JSON object a text frame, told apart by `type`. A plain client is only ever sent
 * `users`, `msg` and `error`.
 */
import type { ErrorCode } from "./error-codes.ts";
import type { ChatEvent, Epoch, Ref, Seq, Uid, UnixMs } from "./events.ts";

export interface Person {
  /** The article's number: counts up from 1 in each room. */
  readonly id: number;
  readonly uid: Uid;
  readonly name: string;
}

export interface Limits {
  readonly max_frame_bytes: number;
  /** Code points in one message. */
  readonly max_message_chars: number;
  /** 0: no limit. */
  readonly messages_per_second: number;
  readonly message_burst: number;
}

export interface UsersFrame {
  readonly type: "users";
  readonly count: number;
  readonly new_user: boolean;
  readonly id: number;
}

export interface WelcomeFrame {
  readonly type: "welcome";
  readonly room: string;
  readonly id: number;
  readonly uid: Uid;
  readonly name: string;
  readonly epoch: Epoch;
  /** The room is live from here, or, if `resumed`, from the position the client gave. */
  readonly head: Seq;
  readonly resumed: boolean;
  readonly count: number;
  /** Oneself and those who spoke last, at most 200. */
  readonly people: readonly Person[];
  readonly limits: Limits;
}

export interface AckFrame {
  readonly type: "ack";
  readonly ref: Ref;
  readonly seq: Seq;
  readonly at: UnixMs;
}

export interface ErrorFrame {
  readonly type: "error";
  readonly code: ErrorCode;
  /** One sentence for a person. */
  readonly message: string;
  readonly ref?: Ref;
  readonly retry_after_ms?: number;
}

export interface PresenceFrame {
  readonly type: "presence";
  readonly count: number;
  readonly joined: readonly Person[];
  readonly left: readonly Uid[];
  readonly renamed: readonly Pick<Person, "uid" | "name">[];
  /** When present, replaces what the client knew. */
  readonly people?: readonly Person[];
}

export interface TypingFrame {
  readonly type: "typing";
  readonly uid: Uid;
  readonly name: string;
}

/** The position the client gave cannot be honoured: it fetches the page again, up to `head`. */
export interface ResetFrame {
  readonly type: "reset";
  readonly epoch: Epoch;
  readonly head: Seq;
}

/** Sent before a close 1012: come back after this long. */
export interface ReconnectFrame {
  readonly type: "reconnect";
  readonly after_ms: number;
}

export interface PongFrame {
  readonly type: "pong";
}

export type ServerFrame =
  | UsersFrame
  | WelcomeFrame
  | ChatEvent
  | AckFrame
  | ErrorFrame
  | PresenceFrame
  | TypingFrame
  | PongFrame
  | ResetFrame
  | ReconnectFrame;
