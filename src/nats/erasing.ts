/**
 * Takes erased texts out of the stream, also one that comes again later. Before a record goes, what it was without its
 * text is said in the stream. Every node sees to it, so it happens although one dies; where another was first nothing is
 * left to do.
 */
import { jetstream } from "@nats-io/jetstream";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { ErasedAct, Erasure } from "../message-log/erasures.ts";
import type { FileReads } from "../message-log/file-reads.ts";
import { encodeRecord } from "../message-log/log-record.ts";
import type { LogRecord } from "../message-log/log-record.ts";
import type { Writer } from "../message-log/writer.ts";
import type { NatsLink } from "./connection.ts";
import type { Following } from "./following.ts";
import type { LogStream } from "./stream.ts";

const retryMs = 1_000;

export interface ErasingParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly reads: FileReads;
  readonly writer: Writer;
  readonly following: Following;
}

export class Erasing {
  readonly #parts: ErasingParts;
  readonly #client: JetStreamClient;
  /** Of texts erased up to this number nothing is left. */
  #through = 0;
  #isRunning = false;
  #isStopped = false;

  constructor(parts: ErasingParts) {
    this.#parts = parts;
    this.#client = jetstream(parts.link.connection);
  }

  /** A text was erased, or came again; or may have. */
  wake(): void {
    if (!this.#isRunning && !this.#isStopped) void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (!this.#isStopped) {
      const next = this.#next();
      if (next === undefined) break;
      if (next === "unknown" || !(await this.#eraseAll(next))) {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#isRunning = false;
  }

  #next(): Erasure | "unknown" | undefined {
    const { reads, following } = this.#parts;
    const { base, place, erasedThrough } = following.followed;
    const after = Math.max(this.#through, erasedThrough);
    try {
      const next = reads.read(({ erasures }) => erasures.nextAfter(after, base));
      // Else the next one would be looked for through all that came since the last.
      if (next === undefined) this.#through = Math.max(after, base + place);
      return next;
    } catch {
      return "unknown"; // The file cannot be read now, which is told by `reads`.
    }
  }

  /** @returns whether nothing is left of it */
  async #eraseAll({ seq, acts }: Erasure): Promise<boolean> {
    try {
      for (const erased of acts) {
        for (const place of erased.places) await this.#erase(place, recordOf(erased));
      }
    } catch {
      return false; // NATS is away, or the log is closing: what deletions name is erased at the next start.
    }
    this.#through = seq;
    this.#parts.writer.rememberErased(seq);
    return true;
  }

  async #erase(place: number, record: LogRecord): Promise<void> {
    const { jsm, name, subjects } = this.#parts.stream;
    if ((await jsm.streams.getMessage(name, { seq: place })) === null) return;
    const said = encodeRecord({ type: "erased", place, record });
    await this.#client.publish(subjects.erased, said, { msgID: `erased.${place}` });
    await jsm.streams.deleteMessage(name, place, true);
  }
}

function recordOf({ act, at, seq, isImported }: ErasedAct): LogRecord {
  return isImported ? { type: "imported", seq, act, at } : { type: "act", act, at };
}
