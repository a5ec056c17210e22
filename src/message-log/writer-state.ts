/** What becomes of appends: the life of the writer thread and its file, and how it is told to who asks. */
import type { LogStatus } from "./message-log.ts";
import type { Projected, ToWriter } from "./writer-messages.ts";

/** A batch of a shared log: it is sent again when the disk works again. */
export interface Projecting {
  readonly message: ToWriter;
  readonly settle: (projected: Projected) => void;
}

export type WriterState =
  | { readonly state: "opening" }
  | { readonly state: "open" }
  /** The disk fails, or the thread died. */
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "closing"; readonly closed: PromiseWithResolvers<undefined> };

export function statusIn(now: WriterState): LogStatus {
  switch (now.state) {
    case "opening":
      return { state: "unavailable", reason: "the log is being opened" };
    case "open":
      return { state: "ok" };
    case "failed":
      return { state: "degraded", reason: now.reason };
    case "closing":
      return { state: "unavailable", reason: "the log is closed" };
  }
}
