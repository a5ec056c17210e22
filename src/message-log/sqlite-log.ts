/**
 * The message log in one SQLite file: a writer thread commits in groups, this thread reads in short statements.
 * Everything it feeds is in the file by a durable commit (I1, I2).
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Epoch, Seq } from "../protocol/events.ts";
import { refused } from "./act-store.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import type { DataDirLock } from "./data-dir-lock.ts";
import type { Sync } from "./database.ts";
import { feed, FileLog, isStorableAct } from "./file-log.ts";
import { FileReads } from "./file-reads.ts";
import type { Act, LogStatus, Outcome, RoomEvent } from "./message-log.ts";
import { Retention } from "./retention.ts";
import type { RetentionOptions } from "./retention.ts";
import type { SearchBudget } from "./search.ts";
import { Writer } from "./writer.ts";
import type { LogLines } from "./log-lines.ts";

export interface SqliteLogOptions extends RetentionOptions {
  readonly dataDir: string;
  readonly sync: Sync;
  /** How long another process may take to let go of `dataDir`. */
  readonly lockWaitMs: number;
  readonly lines: LogLines;
  /** Told how long each durable commit took. */
  readonly onCommit?: (tookMs: number) => void;
  readonly searchBudget?: SearchBudget;
}

interface Parts {
  readonly lock: DataDirLock;
  readonly writer: Writer;
  readonly reads: FileReads;
  readonly retention: Retention;
}

export class SqliteLog extends FileLog {
  readonly #options: SqliteLogOptions;
  readonly #path: string;
  readonly #now: () => number;
  #parts: Parts | undefined;
  #epoch: Epoch = "";
  #head: Seq = 0;

  constructor(options: SqliteLogOptions) {
    super();
    this.#options = options;
    this.#path = join(options.dataDir, "confab.db");
    this.#now = options.now ?? Date.now;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  get head(): Seq {
    return this.#head;
  }

  get status(): LogStatus {
    if (this.#parts === undefined) return { state: "unavailable", reason: "the log is not open" };
    const { reads, writer } = this.#parts;
    const { unreadable } = reads;
    return unreadable === undefined ? writer.status : { state: "unavailable", reason: unreadable };
  }

  async start(onEvent: (event: RoomEvent) => void): Promise<void> {
    const lock = await lockDataDir(this.#options.dataDir, this.#options.lockWaitMs);
    try {
      this.#parts = await this.#open(lock, onEvent);
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#parts.retention.start();
  }

  append(act: Act): Promise<Outcome> {
    if (!isStorableAct(act)) return Promise.resolve(refused("bad_frame"));
    return this.#parts?.writer.append(act, this.#now()) ?? Promise.resolve(refused("unavailable"));
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    parts.retention.stop();
    await parts.writer.finish();
    this.#parts = undefined;
    await parts.reads.close();
    await parts.writer.close();
    parts.lock.release();
  }

  protected get reads(): FileReads {
    if (this.#parts === undefined) throw new Error("the message log is not open");
    return this.#parts.reads;
  }

  async #open(lock: DataDirLock, onEvent: (event: RoomEvent) => void): Promise<Parts> {
    const { sync, lines, onCommit, searchBudget } = this.#options;
    const path = this.#path;
    this.#epoch = randomBytes(9).toString("base64url");
    const writer = new Writer({ path, sync, epoch: this.#epoch }, lines, {
      onEvents: (events) => this.#feed(events, onEvent),
      ...(onCommit !== undefined && { onCommit }),
    });
    this.#head = (await writer.opened()).head;
    const indexed = () => writer.indexed();
    const options = { path, lines, indexed, ...(searchBudget !== undefined && { searchBudget }) };
    const reads = new FileReads(options, () => ({ epoch: this.#epoch, head: this.#head }));
    const retention = new Retention(this.#options, (limits) => writer.sweep(limits));
    return { lock, writer, reads, retention };
  }

  #feed(events: readonly RoomEvent[], onEvent: (event: RoomEvent) => void): void {
    for (const event of events) {
      this.#head = event.event.seq;
      feed(event, onEvent, this.#options.lines);
    }
  }
}
