/**
 * Runs in the writer thread: keeps one batch after the other, and between batches indexes, erases and prunes in
 * short steps. When the disk fails it opens the file again, until it can; the file decides what was kept.
 */
import type { Seq } from "../protocol/events.ts";
import { refused } from "./act-store.ts";
import { lastGiven } from "./act-events.ts";
import type { TimedAct } from "./act-store.ts";
import { LogFile } from "./log-file.ts";
import { isPrune } from "./log-record.ts";
import type { Placed } from "./log-record.ts";
import type { RoomEvent } from "./message-log.ts";
import { reasonOf } from "./reason.ts";
import { isIndexDamage } from "./search-index.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-messages.ts";

const retryMs = 1_000;
/** Messages are indexed and deletions erased this late: many at once cost little more than one. */
const choresDelayMs = 50;

/** After a step of chores: until the next one. */
const pauseMs = { more: 0, later: choresDelayMs, failed: retryMs };

type Disk = { readonly state: "open"; readonly file: LogFile } | { readonly state: "failed" };

export class LogWriter {
  readonly #options: WriterOptions;
  readonly #post: (message: FromWriter) => void;
  #disk: Disk;
  #fedThrough: Seq;
  #hasTextToErase = false;
  #isIndexAwaited = false;
  #isReplaying = false;
  #chores: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  /** @throws StartError */
  constructor(options: WriterOptions, post: (message: FromWriter) => void) {
    this.#options = options;
    this.#post = post;
    const { file, last } = this.#open();
    this.#disk = { state: "open", file };
    this.#fedThrough = options.fedThrough ?? last;
    post({ type: "opened", head: this.#fedThrough, followed: file.projection.followed });
    if (options.fedThrough !== undefined) this.#tellRecovered();
    this.#choresIn(0);
  }

  handle(message: Exclude<ToWriter, { type: "open" }>): void {
    switch (message.type) {
      case "append":
        this.#keep(message.batch);
        this.#hasTextToErase ||= message.batch.some(({ act }) => act.type === "delete");
        this.#choresIn(choresDelayMs);
        return;
      case "recall":
        this.#recall(message.batch, message.fedThrough);
        return;
      case "project":
        this.#project(message.batch, message.isReplay);
        return;
      case "erased":
        this.#attempt((file) => file.projection.rememberErased(message.through));
        return;
      case "taken":
        this.#attempt((file) => file.pruning.forgetTaken(message.places));
        return;
      case "index":
        this.#isIndexAwaited = true;
        this.#choresIn(0);
        return;
      case "sweep":
        this.#attempt((file) => file.pruning.sweep(message.limits));
        this.#choresIn(0);
        return;
      case "close":
        this.#close();
    }
  }

  #keep(batch: readonly TimedAct[]): void {
    const startedMs = performance.now();
    const outcomes = this.#attempt((file) => file.keep(batch));
    if (outcomes === undefined) {
      this.#recall(batch, this.#fedThrough);
      return;
    }
    this.#fedThrough = lastGiven(outcomes) ?? this.#fedThrough;
    this.#post({ type: "kept", outcomes, commitMs: performance.now() - startedMs });
  }

  /** Says nothing when the disk failed: what was said of that goes before, and the batch will come again. */
  #project(batch: readonly Placed[], isReplay: boolean): void {
    this.#isReplaying = isReplay;
    const startedMs = performance.now();
    const apply = (file: LogFile, isFirst: boolean) => {
      // Whoever acknowledges has it on its disk; what a power cut takes from the others they get from the log again.
      const isAwaited = batch.some(({ isOwn }) => isOwn);
      const applied = isAwaited ? file.project(batch) : file.unhurried(() => file.project(batch));
      const [commitMs, followed] = [performance.now() - startedMs, file.projection.followed];
      if (isReplay) this.#fedThrough = file.lastGiven;
      const events = isFirst ? this.#fed(applied.events) : this.#told(file);
      return { outcomes: applied.outcomes, events, followed, commitMs };
    };
    const projected =
      this.#attempt((file) => apply(file, true)) ?? this.#attempt((file) => apply(file, false));
    if (projected === undefined) return;
    this.#post({ type: "projected", ...projected, head: this.#fedThrough });
    this.#hasTextToErase ||= isReplay || projected.events.some(({ event }) => event.type === "delete");
    this.#hasTextToErase ||= batch.some(({ text }) => isPrune(text));
    if (!isReplay) this.#choresIn(choresDelayMs);
  }

  /** Only the file knows what became of this batch. */
  #recall(batch: readonly TimedAct[], fedThrough: Seq): void {
    const ask = (file: LogFile) => ({ outcomes: file.recall(batch, fedThrough), events: this.#told(file) });
    const nothingKept = { outcomes: batch.map(() => refused("unavailable")), events: [] };
    this.#post({ type: "settled", ...(this.#attempt(ask) ?? this.#attempt(ask) ?? nothingKept) });
  }

  /** After a failure what is new is what the file has, and nothing else. */
  #told(file: LogFile): RoomEvent[] {
    return this.#fed(file.eventsAbove(this.#fedThrough));
  }

  /** Nothing is fed twice, and nothing that came before what was. */
  #fed(events: readonly RoomEvent[]): RoomEvent[] {
    const unfed = events.filter(({ event }) => event.seq > this.#fedThrough);
    this.#fedThrough = unfed.at(-1)?.event.seq ?? this.#fedThrough;
    return unfed;
  }

  /** Nothing when the disk is failing; then the file has been opened afresh, or will be. */
  #attempt<Result>(work: (file: LogFile) => Result): Result | undefined {
    if (this.#disk.state === "failed") return undefined;
    try {
      return work(this.#disk.file);
    } catch (error) {
      this.#reopen(this.#disk.file, error);
      return undefined;
    }
  }

  #open(cause?: unknown): { file: LogFile; last: Seq } {
    const file = new LogFile(this.#options.path, this.#options.sync);
    try {
      if (isIndexDamage(cause)) file.index.startOver();
      return { file, last: file.begin(this.#options.epoch) };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  #reopen(broken: LogFile, cause: unknown): void {
    broken.close();
    try {
      this.#disk = { state: "open", file: this.#open(cause).file };
      this.#post({ type: "stumbled", reason: reasonOf(cause) });
    } catch (error) {
      this.#disk = { state: "failed" };
      this.#post({ type: "failed", reason: reasonOf(error) });
      this.#retry = setTimeout(() => this.#tryAgain(), retryMs);
    }
  }

  #tryAgain(): void {
    try {
      const { file } = this.#open();
      this.#disk = { state: "open", file };
    } catch {
      // Reported when it began; it is the same disk still.
      this.#retry = setTimeout(() => this.#tryAgain(), retryMs);
      return;
    }
    this.#tellRecovered();
    this.#choresIn(0);
  }

  #tellRecovered(): void {
    const events = this.#attempt((file) => this.#told(file));
    if (events !== undefined) this.#post({ type: "recovered", events });
  }

  #choresIn(delayMs: number): void {
    if (this.#chores !== undefined && delayMs > 0) return;
    clearTimeout(this.#chores);
    this.#chores = setTimeout(() => {
      this.#chores = undefined;
      if (this.#isReplaying) return;
      const next = this.#attempt((file) => this.#chore(file)) ?? "failed";
      if (next !== "done") this.#choresIn(pauseMs[next]);
    }, delayMs);
  }

  /** One step of what waits, most urgent first. */
  #chore(file: LogFile): "more" | "later" | "done" {
    if (this.#hasTextToErase) this.#hasTextToErase = !file.flush();
    if (file.unhurried(() => file.index.step())) return "more";
    if (this.#isIndexAwaited) this.#post({ type: "indexed" });
    this.#isIndexAwaited = false;
    if (file.unhurried(() => file.pruning.step())) {
      this.#hasTextToErase = true;
      return "more";
    }
    return this.#hasTextToErase ? "later" : "done";
  }

  #close(): void {
    clearTimeout(this.#chores);
    clearTimeout(this.#retry);
    if (this.#disk.state === "open") closeFlushed(this.#disk.file);
    this.#disk = { state: "failed" };
    this.#post({ type: "closed" });
  }
}

function closeFlushed(file: LogFile): void {
  try {
    file.flush();
  } catch {
    // A failing disk keeps what it has; what deletions name is erased again at the next start.
  }
  file.close();
}
