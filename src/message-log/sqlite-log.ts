/**
 * The message log in one SQLite file: a writer thread commits in groups, this thread reads in short statements.
 * Everything it feeds was read back from the file after a durable commit (I1, I2).
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ChatEvent, Epoch, EventsPage, Ref, Seq, Uid } from "../protocol/events.ts";
import { isStorable } from "../protocol/text.ts";
import { refused } from "./act-store.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import type { DataDirLock } from "./data-dir-lock.ts";
import type { Sync } from "./database.ts";
import { exportPages } from "./export-pages.ts";
import { LogReader } from "./log-reader.ts";
import type { Page } from "./log-reader.ts";
import { StartError } from "./message-log.ts";
import type { Act, LogStatus, MessageLog, Outcome, Position, RoomEvent, SearchHit } from "./message-log.ts";
import { reasonOf } from "./reason.ts";
import { Retention } from "./retention.ts";
import type { RetentionOptions } from "./retention.ts";
import { Search, type SearchBudget } from "./search.ts";
import { Writer } from "./writer.ts";
import type { LogLines } from "./writer.ts";

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
  readonly reader: LogReader;
  readonly search: Search;
  readonly retention: Retention;
}

export class SqliteLog implements MessageLog {
  readonly #options: SqliteLogOptions;
  readonly #path: string;
  readonly #now: () => number;
  #parts: Parts | undefined;
  #epoch: Epoch = "";
  #head: Seq = 0;
  #unreadable: string | undefined;

  constructor(options: SqliteLogOptions) {
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
    if (this.#unreadable !== undefined) this.#readAgain(this.#parts.reader);
    if (this.#unreadable !== undefined) return { state: "unavailable", reason: this.#unreadable };
    return this.#parts.writer.status;
  }

  /** A node that balancers pass by is asked for nothing else, and would stay out for good. */
  #readAgain(reader: LogReader): void {
    try {
      reader.isKept("", "", "");
      this.#unreadable = undefined;
    } catch (error) {
      this.#unreadable = reasonOf(error);
    }
  }

  async start(onEvent: (event: RoomEvent) => void): Promise<void> {
    makeDataDir(this.#options.dataDir);
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
    if (!texts(act).every(isStorable)) return Promise.resolve(refused("bad_frame"));
    return this.#parts?.writer.append(act, this.#now()) ?? Promise.resolve(refused("unavailable"));
  }

  isKept(room: string, uid: Uid, ref: Ref): boolean {
    return this.#read((reader) => reader.isKept(room, uid, ref));
  }

  knows(room: string, position: Position): boolean {
    return this.#read((reader) => reader.knows(room, position, this.#epoch, this.#head));
  }

  countAfter(room: string, after: Seq, max: number): number {
    return this.#read((reader) => reader.countAfter(room, after, max));
  }

  eventsAfter(room: string, after: Seq, limit: number): ChatEvent[] {
    return this.#read((reader) => reader.eventsAfter(room, after, limit));
  }

  pageBefore(room: string, before: Seq, limit: number): EventsPage {
    return this.#page((reader) => reader.pageBefore(room, before, this.#head, limit));
  }

  pageAfter(room: string, after: Seq, limit: number): EventsPage {
    return this.#page((reader) => reader.pageAfter(room, after, this.#head, limit));
  }

  version(room: string): string {
    return `${this.#epoch}-${this.#read((reader) => reader.version(room, this.#head))}`;
  }

  async search(room: string, query: string): Promise<SearchHit[]> {
    const { search, writer } = this.#opened();
    return await search.find(room, query, writer.indexed());
  }

  exportPages(room: string): AsyncIterable<readonly ChatEvent[]> {
    this.#opened();
    return exportPages(this.#path, room, this.#head);
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    parts.retention.stop();
    await parts.writer.finish();
    this.#parts = undefined;
    await parts.search.close();
    parts.reader.close();
    await parts.writer.close();
    parts.lock.release();
  }

  async #open(lock: DataDirLock, onEvent: (event: RoomEvent) => void): Promise<Parts> {
    const { sync, lines, onCommit } = this.#options;
    this.#epoch = randomBytes(9).toString("base64url");
    const options = { path: this.#path, sync, epoch: this.#epoch };
    const writer = new Writer(options, lines, {
      onEvents: (events) => this.#feed(events, onEvent),
      ...(onCommit !== undefined && { onCommit }),
    });
    this.#head = await writer.opened();
    const reader = new LogReader(this.#path);
    const search = new Search(this.#path, this.#options.searchBudget);
    const retention = new Retention(this.#options, (limits) => writer.sweep(limits));
    return { lock, writer, reader, search, retention };
  }

  /** A listener's mistake must not cost the others their events, nor the senders their acknowledgements (I7). */
  #feed(events: readonly RoomEvent[], onEvent: (event: RoomEvent) => void): void {
    for (const event of events) {
      this.#head = event.event.seq;
      try {
        onEvent(event);
      } catch (error) {
        this.#options.lines.error(
          { room: event.room, seq: event.event.seq, err: error },
          "feed_listener_failed",
        );
      }
    }
  }

  #page(read: (reader: LogReader) => Page): EventsPage {
    return { epoch: this.#epoch, head: this.#head, ...this.#read(read) };
  }

  #read<Result>(work: (reader: LogReader) => Result): Result {
    const { reader } = this.#opened();
    try {
      const result = work(reader);
      this.#unreadable = undefined;
      return result;
    } catch (error) {
      this.#unreadable = reasonOf(error);
      this.#options.lines.error({ reason: this.#unreadable }, "log_read_failed");
      throw error;
    }
  }

  #opened(): Parts {
    if (this.#parts === undefined) throw new Error("the message log is not open");
    return this.#parts;
  }
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new StartError(`cannot make ${dataDir}: ${reasonOf(error)}`);
  }
}

function texts(act: Act): string[] {
  const texts = [act.room, act.uid, act.ref];
  if ("msg" in act) texts.push(act.msg);
  if ("name" in act) texts.push(act.name);
  if ("emoji" in act) texts.push(act.emoji);
  return texts;
}
