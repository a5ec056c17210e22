/**
 * The contract of a service class, after Ballerina's `websocket:Service`: a fresh object for every connection, and
 * its methods called in this order. For one connection `onClose` is called exactly once if `onOpen` was, however
 * the connection ends; no method is called after it.
 */
import { codeOf } from "../error-code.ts";
import type { Caller } from "./caller.ts";

type MaybePromise = void | Promise<void>;

export interface WebSocketService {
  /** Once per upgrade, before the handshake completes. A throw refuses the upgrade with 500. */
  init(): MaybePromise;
  /** After the handshake; no frame is read before it completes. */
  onOpen(caller: Caller): MaybePromise;
  /** For each whole text message. */
  onMessage(caller: Caller, text: string): MaybePromise;
  onPing(caller: Caller, data: Buffer): MaybePromise;
  onPong(caller: Caller, data: Buffer): MaybePromise;
  /** Nothing came from the peer over two pings. */
  onIdleTimeout(caller: Caller): MaybePromise;
  /**
   * @param code the peer's close code or ours, 1005 if it sent none, 1006 if it went without a close frame
   */
  onClose(caller: Caller, code: number, reason: string): MaybePromise;
  /** A corrupted or oversized frame, or a failed handler of this service. A close follows. */
  onError(caller: Caller, error: Error): MaybePromise;
}

/** Why an upgrade is refused: an HTTP status and one line. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether an error given to `onError` is a broken frame, and not a handler of ours that failed. */
export function isPeersFault(error: Error): boolean {
  return codeOf(error)?.startsWith("WS_ERR_") === true;
}
