/**
 * What any log that keeps its events in this file format answers from it: short statements on this thread, searches
 * and exports on connections of their own. A file that cannot be read is told by `unreadable`, until it can again.
 */
import type { ChatEvent, Epoch, EventsPage, Ref, Seq, Uid } from "../protocol/events.ts";
import { exportPages } from "./export-pages.ts";
import { LogReader } from "./log-reader.ts";
import type { Page } from "./log-reader.ts";
import type { Act, Outcome, Position, SearchHit } from "./message-log.ts";
import { reasonOf } from "./reason.ts";
import { Search } from "./search.ts";
import type { SearchBudget } from "./search.ts";
import type { LogLines } from "./log-lines.ts";

export interface FileReadsOptions {
  readonly path: string;
  readonly lines: LogLines;
  readonly searchBudget?: SearchBudget;
  /** Resolves when the search index knows everything fed so far. */
  readonly indexed: () => Promise<void>;
}

/** How far the log has come: its life, and the last number handed to the feed. */
export interface Reached {
  readonly epoch: Epoch;
  readonly head: Seq;
}

export class FileReads {
  readonly #options: FileReadsOptions;
  readonly #reached: () => Reached;
  readonly #reader: LogReader;
  readonly #search: Search;
  #unreadable: string | undefined;

  constructor(options: FileReadsOptions, reached: () => Reached) {
    this.#options = options;
    this.#reached = reached;
    this.#reader = new LogReader(options.path);
    this.#search = new Search(options.path, options.searchBudget);
  }

  /** Why nothing can be read, if so. Tries: a node that balancers pass by is asked for nothing else. */
  get unreadable(): string | undefined {
    if (this.#unreadable === undefined) return undefined;
    try {
      this.#reader.isKept("", "", "");
      this.#unreadable = undefined;
    } catch (error) {
      this.#unreadable = reasonOf(error);
    }
    return this.#unreadable;
  }

  isKept(room: string, uid: Uid, ref: Ref): boolean {
    return this.read((reader) => reader.isKept(room, uid, ref));
  }

  /**
   * What became of this act when it came before, if it was kept and fed: the file may be a batch ahead of the feed, and
   * nothing is acknowledged before it is shown (I1).
   */
  recall(act: Act): Outcome | undefined {
    const outcome = this.read((reader) => reader.recall(act));
    return outcome?.kept && outcome.seq > this.#reached().head ? undefined : outcome;
  }

  knows(room: string, position: Position): boolean {
    const { epoch, head } = this.#reached();
    return this.read((reader) => reader.knows(room, position, epoch, head));
  }

  countAfter(room: string, after: Seq, max: number): number {
    return this.read((reader) => reader.countAfter(room, after, max));
  }

  eventsAfter(room: string, after: Seq, limit: number): ChatEvent[] {
    return this.read((reader) => reader.eventsAfter(room, after, limit));
  }

  pageBefore(room: string, before: Seq, limit: number): EventsPage {
    return this.#page((reader, head) => reader.pageBefore(room, before, head, limit));
  }

  pageAfter(room: string, after: Seq, limit: number): EventsPage {
    return this.#page((reader, head) => reader.pageAfter(room, after, head, limit));
  }

  version(room: string): string {
    const { epoch, head } = this.#reached();
    return `${epoch}-${this.read((reader) => reader.version(room, head))}`;
  }

  search(room: string, query: string): Promise<SearchHit[]> {
    return this.#search.find(room, query, this.#options.indexed());
  }

  exportPages(room: string): AsyncIterable<readonly ChatEvent[]> {
    return exportPages(this.#options.path, room, this.#reached().head);
  }

  read<Result>(work: (reader: LogReader) => Result): Result {
    try {
      const result = work(this.#reader);
      this.#unreadable = undefined;
      return result;
    } catch (error) {
      this.#unreadable = reasonOf(error);
      this.#options.lines.error({ reason: this.#unreadable }, "log_read_failed");
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#search.close();
    this.#reader.close();
  }

  #page(read: (reader: LogReader, head: Seq) => Page): EventsPage {
    const { epoch, head } = this.#reached();
    return { epoch, head, ...this.read((reader) => read(reader, head)) };
  }
}
