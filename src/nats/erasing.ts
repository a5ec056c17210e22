/**
 * Takes out of the stream what deletions name, text and all. Before a record goes, what it was without its text is said
 * in the stream. Every node sees to it, so it happens although one dies; where another was first nothing is left to do.
 */
import { jetstream } from "@nats-io/jetstream";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { FileReads } from "../message-log/file-reads.ts";
import { encodeRecord } from "../message-log/log-record.ts";
import type { LogRecord } from "../message-log/log-record.ts";
import type { ErasedAct } from "../message-log/log-reader.ts";
import type { Followed } from "../message-log/projection.ts";
import type { Writer } from "../message-log/writer.ts";
import type { NatsLink } from "./connection.ts";
import type { LogStream } from "./stream.ts";

const retryMs = 1_000;

export interface ErasingParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly reads: FileReads;
  readonly writer: Writer;
}

export class Erasing {
  readonly #parts: ErasingParts;
  readonly #client: JetStreamClient;
  #followed: Followed;
  #isRunning = false;
  #isStopped = false;

  constructor(parts: ErasingParts, followed: Followed) {
    this.#parts = parts;
    this.#client = jetstream(parts.link.connection);
    this.#followed = followed;
  }

  /** Something was deleted, or may have been. */
  wake(): void {
    if (!this.#isRunning && !this.#isStopped) void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let { erasedThrough } = this.#followed;
    while (!this.#isStopped) {
      const deletion = this.#parts.reads.read((reader) => reader.deletionAfter(erasedThrough));
      if (deletion === undefined) break;
      if (await this.#eraseAllOf(deletion.target)) {
        erasedThrough = deletion.seq;
        this.#followed = { ...this.#followed, erasedThrough };
        this.#parts.writer.rememberErased(erasedThrough);
      } else {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#isRunning = false;
  }

  /** @returns whether nothing is left of it */
  async #eraseAllOf(message: number): Promise<boolean> {
    try {
      for (const erased of this.#parts.reads.read((reader) => reader.erasedWith(message))) {
        const { importedAt, copies, seq } = erased;
        for (const place of [...copies, importedAt ?? seq - this.#followed.base]) {
          await this.#erase(place, recordOf(erased));
        }
      }
      return true;
    } catch {
      return false; // NATS is away, or the log is closing: what deletions name is erased at the next start.
    }
  }

  async #erase(place: number, record: LogRecord): Promise<void> {
    const { jsm, name, subjects } = this.#parts.stream;
    if ((await jsm.streams.getMessage(name, { seq: place })) === null) return;
    const said = encodeRecord({ type: "erased", place, record });
    await this.#client.publish(subjects.erased, said, { msgID: `erased.${place}` });
    await jsm.streams.deleteMessage(name, place, true);
  }
}

function recordOf({ act, at, seq, importedAt }: ErasedAct): LogRecord {
  return importedAt === undefined ? { type: "act", act, at } : { type: "imported", seq, act, at };
}
