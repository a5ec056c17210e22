/** What all connections of the chat share. */
import type { Limits } from "../protocol/server-frames.ts";
import type { Metrics } from "../metrics.ts";
import type { MessageLog } from "../message-log/message-log.ts";
import type { Turns } from "../turns.ts";
import type { Allowance } from "./allowance.ts";
import type { Rooms } from "./rooms.ts";

export interface Chat {
  readonly rooms: Rooms;
  readonly log: MessageLog;
  readonly allowance: Allowance;
  readonly metrics: Metrics;
  readonly limits: Limits;
  /** Makes uids of keys. */
  readonly secret: string;
  /** Everybody connected. */
  readonly services: Set<Drainable>;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** For what can wait a moment: thousands may come in at once. */
  readonly turns: Turns;
  readonly onFailure: (event: string, error: unknown) => void;
}

export interface Drainable {
  /** Answers what was asked, and closes with the advice to come back after this long. */
  drain(afterMs: number): Promise<void>;
}
