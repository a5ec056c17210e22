/**
 * The log's side of the writer thread. Every append is answered: with what the file says, or, while the disk fails or
 * the thread is down, with `unavailable`. A thread that dies is replaced, and the file decides what it had kept.
 */
import type { Worker } from "node:worker_threads";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { isUnavailable, refused } from "./act-store.ts";
import { AppendQueue } from "./append-queue.ts";
import { BatchPace } from "./batch-pace.ts";
import type { LogLines } from "./log-lines.ts";
import { StartError } from "./message-log.ts";
import type { Placed } from "./log-record.ts";
import type { Act, LogStatus, Outcome, RoomEvent } from "./message-log.ts";
import type { PruneLimits } from "./surplus.ts";
import { startWriterThread, usualThread } from "./writer-thread.ts";
import { statusIn, type Projecting, type WriterState } from "./writer-state.ts";
import type { FromWriter, OpenedFile, Projected, ToWriter, WriterOptions } from "./writer-messages.ts";

const respawnMs = 1_000;

export interface WriterListener {
  readonly onEvents: (events: readonly RoomEvent[]) => void;
  readonly onCommit?: (tookMs: number) => void;
}

export class Writer {
  readonly #options: Omit<WriterOptions, "fedThrough">;
  readonly #lines: LogLines;
  readonly #thread: URL;
  readonly #listener: WriterListener;
  readonly #queue = new AppendQueue();
  readonly #pace = new BatchPace(() => this.#sendNext());
  readonly #opened = Promise.withResolvers<OpenedFile>();
  #projection: Projecting | undefined;
  #state: WriterState = { state: "opening" };
  #isFinishing = false;
  #fedThrough: Seq | undefined;
  #worker: Worker | undefined;
  #respawn: NodeJS.Timeout | undefined;
  readonly #awaitIndex: (() => void)[] = [];
  readonly #awaitIdle: (() => void)[] = [];

  constructor(
    options: Omit<WriterOptions, "fedThrough">,
    lines: LogLines,
    listener: WriterListener,
    thread: URL = usualThread,
  ) {
    this.#thread = thread;
    this.#options = options;
    this.#lines = lines;
    this.#listener = listener;
    this.#worker = this.#spawn();
  }

  /** How far the file had come before. @throws StartError */
  opened(): Promise<OpenedFile> {
    return this.#opened.promise;
  }

  get status(): LogStatus {
    return statusIn(this.#state);
  }

  append(act: Act, at: UnixMs): Promise<Outcome> {
    const isTaken = this.#state.state === "open" && !this.#isFinishing;
    const outcome = isTaken ? this.#queue.add(act, at) : undefined;
    if (outcome === undefined) return Promise.resolve(refused("unavailable"));
    this.#pace.request();
    return outcome;
  }

  /**
   * Applies records of a shared log, one batch at a time. Resolves when that is durable, after a failure of the disk
   * only when it works again; not at all if the log is closed meanwhile.
   */
  project(batch: readonly Placed[], isReplay: boolean): Promise<Projected> {
    const { promise, resolve } = Promise.withResolvers<Projected>();
    const message: ToWriter = { type: "project", batch, isReplay };
    this.#projection = { message, settle: resolve };
    if (this.#state.state === "open") this.#send(message);
    return promise;
  }

  /** Resolves when the search index knows everything handed over so far. */
  indexed(): Promise<void> {
    if (this.#state.state !== "open") return Promise.resolve();
    return new Promise((resolve) => {
      if (this.#awaitIndex.push(resolve) === 1) this.#send({ type: "index" });
    });
  }

  /** Of texts erased up to this number nothing is left in the shared log. */
  rememberErased(through: Seq): void {
    if (this.#state.state === "open") this.#send({ type: "erased", through });
  }

  /** These places of the shared log hold nothing any more of what retention took. */
  forgetTaken(places: readonly number[]): void {
    if (this.#state.state === "open") this.#send({ type: "taken", places });
  }

  sweep(limits: PruneLimits): void {
    if (this.#state.state === "open") this.#send({ type: "sweep", limits });
  }

  /** Takes no more appends. Resolves when everything accepted is answered. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    if (!this.#queue.isEmpty) await new Promise<void>((resolve) => this.#awaitIdle.push(resolve));
  }

  async close(): Promise<void> {
    clearTimeout(this.#respawn);
    const closed = Promise.withResolvers<undefined>();
    this.#state = { state: "closing", closed };
    this.#resolveAll(this.#awaitIndex);
    if (this.#worker === undefined) return;
    this.#send({ type: "close" });
    await closed.promise;
  }

  #spawn(): Worker {
    const options = { ...this.#options, fedThrough: this.#fedThrough };
    const listener = {
      onMessage: (message: FromWriter) => this.#hear(message),
      onEnd: (reason: string) => this.#lost(reason),
    };
    return startWriterThread(this.#thread, options, listener);
  }

  #hear(message: FromWriter): void {
    switch (message.type) {
      case "opened":
        this.#begin(message);
        return;
      case "refused":
        this.#opened.reject(new StartError(message.reason));
        return;
      case "kept":
        this.#listener.onCommit?.(message.commitMs);
        this.#settle(this.#queue.eventsOf(message.outcomes), message.outcomes);
        return;
      case "settled":
        this.#settle(message.events, message.outcomes);
        return;
      case "projected":
        this.#listener.onCommit?.(message.commitMs);
        this.#projected(message);
        return;
      case "stumbled":
        this.#lines.warn({ reason: message.reason }, "log_write_failed");
        return;
      case "failed":
        this.#fail(message.reason);
        return;
      case "recovered":
        this.#recover(message.events);
        return;
      case "indexed":
        this.#resolveAll(this.#awaitIndex);
        return;
      case "closed":
      // The thread's exit follows.
    }
  }

  #begin({ head, followed }: OpenedFile): void {
    if (this.#state.state !== "opening") return;
    this.#state = { state: "open" };
    this.#fedThrough = head;
    this.#opened.resolve({ head, followed });
  }

  #projected(projected: Projected): void {
    this.#fedThrough = projected.head;
    if (projected.events.length > 0) this.#listener.onEvents(projected.events);
    const projecting = this.#projection;
    this.#projection = undefined;
    projecting?.settle(projected);
  }

  #settle(events: readonly RoomEvent[], outcomes: readonly Outcome[]): void {
    this.#feed(events);
    this.#queue.settle(outcomes);
    // What waits behind a refused act must not overtake it: the order of one person and room would be lost.
    if (outcomes.some(isUnavailable)) this.#queue.settleWaiting(refused("unavailable"));
    this.#goOn();
  }

  #feed(events: readonly RoomEvent[]): void {
    this.#fedThrough = events.at(-1)?.event.seq ?? this.#fedThrough;
    if (events.length > 0) this.#listener.onEvents(events);
  }

  #fail(reason: string): void {
    if (this.#state.state === "open") this.#state = { state: "failed", reason };
    this.#lines.error({ reason }, "log_refuses_appends");
    this.#resolveAll(this.#awaitIndex);
    this.#goOn();
  }

  #recover(events: readonly RoomEvent[]): void {
    const fedThrough = this.#fedThrough ?? 0;
    this.#feed(events);
    if (this.#state.state !== "failed") return;
    this.#state = { state: "open" };
    this.#lines.info({}, "log_takes_appends_again");
    if (this.#projection !== undefined) this.#send(this.#projection.message);
    const batch = this.#queue.inFlight;
    if (batch.length > 0) this.#send({ type: "recall", batch, fedThrough });
  }

  /** The first time it is replaced at once: only the file knows what became of the batch it had. */
  #lost(reason: string): void {
    this.#worker = undefined;
    switch (this.#state.state) {
      case "opening":
        this.#opened.reject(new StartError(reason));
        return;
      case "closing":
        this.#state.closed.resolve(undefined);
        return;
      case "open":
        this.#fail(reason);
        this.#worker = this.#spawn();
        return;
      case "failed":
        this.#queue.settle(this.#queue.inFlight.map(() => refused("unavailable")));
        this.#goOn();
        this.#respawn = setTimeout(() => (this.#worker = this.#spawn()), respawnMs);
    }
  }

  #goOn(): void {
    if (this.#state.state === "failed") this.#queue.settleWaiting(refused("unavailable"));
    else if (this.#queue.hasWaiting) this.#pace.request();
    if (this.#queue.isEmpty) this.#resolveAll(this.#awaitIdle);
  }

  #sendNext(): void {
    const batch = this.#state.state === "open" ? this.#queue.next() : undefined;
    if (batch === undefined) return;
    this.#pace.begun(batch.length);
    this.#send({ type: "append", batch });
  }

  #send(message: ToWriter): void {
    this.#worker?.postMessage(message);
  }

  #resolveAll(waiting: (() => void)[]): void {
    for (const resolve of waiting.splice(0)) resolve();
  }
}
