/**
 * The message log of several nodes: a JetStream stream numbers, and every node follows it into a file of its own, from
 * which it reads. What is acknowledged has come back through this node's feed and is durable in its file too (I1, I2).
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Epoch, Seq } from "../protocol/events.ts";
import { refused, rulesVersion } from "../message-log/act-store.ts";
import { lockDataDir } from "../message-log/data-dir-lock.ts";
import type { DataDirLock } from "../message-log/data-dir-lock.ts";
import { feed, FileLog, isStorableAct } from "../message-log/file-log.ts";
import type { FileReads } from "../message-log/file-reads.ts";
import { StartError } from "../message-log/message-log.ts";
import type { Act, LogStatus, Outcome, RoomEvent } from "../message-log/message-log.ts";
import type { RetentionOptions } from "../message-log/retention.ts";
import type { NatsLink } from "./connection.ts";
import { isToBeMadeAnew, removeFile } from "./file-rules.ts";
import { appendAgain, asidePath, endPuttingAside, holdsWhatWeHave, putAside } from "./mending.ts";
import { openNodeFile } from "./node-file.ts";
import type { NodeFile, NodeFileOptions } from "./node-file.ts";
import { untilWhole } from "./stream-beginning.ts";
import { beginChores, openStreamSide, stopStreamSide } from "./stream-side.ts";
import type { StreamSide } from "./stream-side.ts";
import { openStream, untilAnswered } from "./stream.ts";
import type { LogStream } from "./stream.ts";

export interface JetStreamLogOptions extends NodeFileOptions, RetentionOptions {
  /** How long another process may take to let go of `dataDir`. */
  readonly lockWaitMs: number;
  /** Its connection is closed by whoever made it. */
  readonly link: Promise<NatsLink>;
  /** Why it is not there yet. */
  readonly whyNoLink: () => string;
  /** Of the secret that people's ids are made with: a stream of another one is refused. */
  readonly fingerprint?: string;
  /** The log goes on where its readers cannot follow: they have to come back. */
  readonly onNewLife?: () => void;
}

type Phase =
  | { readonly state: "connecting" }
  | { readonly state: "opening"; readonly reason: string }
  | { readonly state: "open"; readonly stream: StreamSide }
  | { readonly state: "closed" };

export class JetStreamLog extends FileLog {
  readonly #options: JetStreamLogOptions;
  readonly #path: string;
  readonly #node = randomBytes(6).toString("base64url");
  #phase: Phase = { state: "opening", reason: "the log is not open" };
  #file: NodeFile | undefined;
  #epoch: Epoch = "";
  #head: Seq = 0;

  constructor(options: JetStreamLogOptions) {
    super();
    this.#options = options;
    this.#path = join(options.dataDir, "confab.db");
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  get head(): Seq {
    return this.#head;
  }

  get status(): LogStatus {
    const phase = this.#phase;
    if (phase.state === "connecting") {
      return { state: "unavailable", reason: `no NATS server was reached yet: ${this.#options.whyNoLink()}` };
    }
    if (phase.state === "opening") return { state: "unavailable", reason: phase.reason };
    if (phase.state === "closed" || this.#file === undefined) {
      return { state: "unavailable", reason: "the log is closed" };
    }
    const { unreadable } = this.#file.reads;
    if (unreadable !== undefined) return { state: "unavailable", reason: unreadable };
    const reason = phase.stream.watch.trouble;
    return reason === undefined ? this.#file.writer.status : { state: "degraded", reason };
  }

  async start(onEvent: (event: RoomEvent) => void): Promise<void> {
    const lock = await lockDataDir(this.#options.dataDir, this.#options.lockWaitMs);
    try {
      await this.#open(lock, onEvent);
    } catch (error) {
      await this.#closeFile();
      // Whoever closed it meanwhile released it.
      if (this.#phase.state !== "closed") lock.release();
      throw error;
    }
  }

  append(act: Act): Promise<Outcome> {
    if (!isStorableAct(act)) return Promise.resolve(refused("bad_frame"));
    const phase = this.#phase;
    // What a failing disk cannot take would never come back through this node's feed, yet be said on the others.
    const isTaken = this.#file?.writer.status.state === "ok";
    if (!isTaken || phase.state !== "open" || phase.stream.watch.isHopeless)
      return Promise.resolve(refused("unavailable"));
    return phase.stream.publisher.append(act, (this.#options.now ?? Date.now)());
  }

  async close(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { state: "closed" };
    if (phase.state === "open") {
      await phase.stream.publisher.finish();
      await stopStreamSide(phase.stream);
    }
    const lock = this.#file?.lock;
    await this.#closeFile();
    lock?.release();
  }

  protected get reads(): FileReads {
    if (this.#file === undefined) throw new Error("the message log is not open");
    return this.#file.reads;
  }

  async #open(lock: DataDirLock, onEvent: (event: RoomEvent) => void): Promise<void> {
    const { lines } = this.#options;
    endPuttingAside(this.#path);
    this.#file = await this.#openFile(lock, onEvent);
    if (this.#isOpening) this.#phase = { state: "connecting" };
    const link = await this.#options.link;
    this.#wait("JetStream was not reached yet");
    const stream = await openStream(link, lines, (reason) => this.#wait(reason));
    const { followed } = await this.#file.writer.opened();
    const waiting = (reason: string): void => this.#waitUnlessClosed(reason);
    if (!(await untilAnswered(() => holdsWhatWeHave(stream, followed), waiting))) {
      lines.error({ stream: stream.name }, "log_stream_went_back");
      this.#file = await this.#openAnew(putAside, lock, onEvent);
    } else if (await untilAnswered(() => isToBeMadeAnew(stream, followed), waiting)) {
      lines.warn({ rules: followed.rules, present: rulesVersion }, "log_rules_changed");
      this.#file = await this.#openAnew(removeFile, lock, onEvent);
    }
    const { place } = (await this.#file.writer.opened()).followed;
    await untilWhole(stream, place, { ...this.#options, waiting });
    const parts = await this.#openStream(link, stream, this.#file, () => void this.#reopen(onEvent));
    if (existsSync(asidePath(this.#path))) await this.#mend(parts, this.#file.reads);
    if (!this.#isOpening) return stopStreamSide(parts);
    this.#phase = { state: "open", stream: parts };
    beginChores(parts);
  }

  /** The stream went back while we ran: everybody comes back to a log that begins a new life. */
  async #reopen(onEvent: (event: RoomEvent) => void): Promise<void> {
    const [phase, file] = [this.#phase, this.#file];
    if (phase.state !== "open" || file === undefined) return;
    this.#phase = { state: "opening", reason: "the stream in NATS went back, and this node with it" };
    this.#options.onNewLife?.();
    await stopStreamSide(phase.stream);
    await this.#closeFile();
    try {
      await this.#open(file.lock, onEvent);
    } catch (error) {
      this.#wait(`this node could not be made anew: ${String(error)}`);
      this.#options.lines.error({ err: error }, "log_not_mended");
    }
  }

  /** Appends again what only this node's file of before has. */
  async #mend({ following, publisher }: StreamSide, reads: FileReads): Promise<void> {
    const count = await appendAgain({
      path: this.#path,
      reads,
      beginLife: (through) => following.beginLife(through, (reason) => this.#wait(reason)),
      append: (act, at) => publisher.append(act, at),
    });
    this.#options.lines.warn({ appendedAgain: count }, "log_stream_mended_from_this_node");
  }

  async #openAnew(
    putAway: (path: string) => void,
    lock: DataDirLock,
    onEvent: (event: RoomEvent) => void,
  ): Promise<NodeFile> {
    await this.#closeFile();
    putAway(this.#path);
    return this.#openFile(lock, onEvent);
  }

  async #openFile(lock: DataDirLock, onEvent: (event: RoomEvent) => void): Promise<NodeFile> {
    const onEvents = (events: readonly RoomEvent[]): void => {
      for (const event of events) {
        this.#head = event.event.seq;
        feed(event, onEvent, this.#options.lines);
        if (event.event.type === "delete" && this.#phase.state === "open") this.#phase.stream.erasing.wake();
      }
    };
    const position = () => ({ epoch: this.#epoch, head: this.#head });
    const file = await openNodeFile(lock, this.#path, this.#options, { onEvents, position });
    this.#head = file.opened.head;
    this.#epoch = file.opened.followed.epoch;
    return file;
  }

  #openStream(
    link: NatsLink,
    stream: LogStream,
    { writer, reads }: NodeFile,
    onWentBack: () => void,
  ): Promise<StreamSide> {
    const { lines, fingerprint } = this.#options;
    return openStreamSide(
      { link, stream, writer, reads, lines, node: this.#node, fingerprint, limits: this.#options },
      {
        onReached: ({ head, followed }) => {
          this.#head = head;
          this.#epoch = followed.epoch;
        },
        onWentBack,
        onWaiting: (reason) => this.#wait(reason),
      },
    );
  }

  get #isOpening(): boolean {
    return this.#phase.state === "connecting" || this.#phase.state === "opening";
  }

  #wait(reason: string): void {
    if (this.#isOpening) this.#phase = { state: "opening", reason };
  }

  #waitUnlessClosed(reason: string): void {
    if (this.#phase.state === "closed") throw new StartError("the log was closed before it was open");
    this.#wait(reason);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.reads.close();
    await file?.writer.close();
  }
}
