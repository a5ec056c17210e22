/**
 * The message log of several nodes: a JetStream stream numbers, and every node follows it into a file of its own, from
 * which it reads. What is acknowledged has come back through this node's feed and is durable in its file too (I1, I2).
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Epoch, Seq } from "../protocol/events.ts";
import { refused } from "../message-log/act-store.ts";
import { lockDataDir } from "../message-log/data-dir-lock.ts";
import type { DataDirLock } from "../message-log/data-dir-lock.ts";
import type { Sync } from "../message-log/database.ts";
import { feed, FileLog, isStorableAct } from "../message-log/file-log.ts";
import { FileReads } from "../message-log/file-reads.ts";
import { StartError } from "../message-log/message-log.ts";
import type { Act, LogStatus, Outcome, RoomEvent } from "../message-log/message-log.ts";
import type { RetentionOptions } from "../message-log/retention.ts";
import type { SearchBudget } from "../message-log/search.ts";
import { Writer } from "../message-log/writer.ts";
import type { LogLines } from "../message-log/writer.ts";
import type { NatsLink } from "./connection.ts";
import { appendAgain, asidePath, holdsWhatWeHave, putAside } from "./mending.ts";
import { untilWhole } from "./stream-beginning.ts";
import { beginChores, openStreamSide, stopStreamSide } from "./stream-side.ts";
import type { StreamSide } from "./stream-side.ts";
import { openStream, untilAnswered } from "./stream.ts";
import type { LogStream } from "./stream.ts";

export interface JetStreamLogOptions extends RetentionOptions {
  readonly dataDir: string;
  readonly sync: Sync;
  /** How long another process may take to let go of `dataDir`. */
  readonly lockWaitMs: number;
  readonly lines: LogLines;
  /** Its connection is closed by whoever made it. */
  readonly link: Promise<NatsLink>;
  /** Why it is not there yet. */
  readonly whyNoLink: () => string;
  /** Of the secret that people's ids are made with: a stream of another one is refused. */
  readonly fingerprint?: string;
  /** Told how long each commit took. */
  readonly onCommit?: (tookMs: number) => void;
  readonly searchBudget?: SearchBudget;
  /** The log goes on where its readers cannot follow: they have to come back. */
  readonly onNewLife?: () => void;
}

interface FileParts {
  readonly lock: DataDirLock;
  readonly writer: Writer;
  readonly reads: FileReads;
}

type Phase =
  | { readonly state: "opening"; readonly reason: () => string }
  | { readonly state: "open"; readonly stream: StreamSide }
  | { readonly state: "closed" };

export class JetStreamLog extends FileLog {
  readonly #options: JetStreamLogOptions;
  readonly #path: string;
  readonly #node = randomBytes(6).toString("base64url");
  #phase: Phase = { state: "opening", reason: () => "the log is not open" };
  #file: FileParts | undefined;
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
    if (phase.state === "opening") return { state: "unavailable", reason: phase.reason() };
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
    if (phase.state !== "open" || phase.stream.watch.isHopeless) {
      return Promise.resolve(refused("unavailable"));
    }
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
    const { lines, whyNoLink } = this.#options;
    this.#file = await this.#openFile(lock, onEvent);
    this.#wait(() => `no NATS server was reached yet: ${whyNoLink()}`);
    const link = await this.#options.link;
    this.#wait("JetStream was not reached yet");
    const stream = await openStream(link, lines, (reason) => this.#wait(reason));
    const { followed } = await this.#file.writer.opened();
    const waiting = (reason: string): void => this.#waitUnlessClosed(reason);
    if (!(await untilAnswered(() => holdsWhatWeHave(stream, followed), waiting))) {
      lines.error({ stream: stream.name }, "log_stream_went_back");
      await this.#closeFile();
      putAside(this.#path);
      this.#file = await this.#openFile(lock, onEvent);
    }
    const { place } = (await this.#file.writer.opened()).followed;
    await untilWhole(stream, place, { ...this.#options, waiting });
    const parts = await this.#openStream(link, stream, this.#file, () => void this.#reopen(onEvent));
    if (existsSync(asidePath(this.#path))) await this.#mend(parts, this.#file.reads);
    if (this.#phase.state !== "opening") return stopStreamSide(parts);
    this.#phase = { state: "open", stream: parts };
    beginChores(parts);
  }

  /** The stream went back while we ran: everybody comes back to a log that begins a new life. */
  async #reopen(onEvent: (event: RoomEvent) => void): Promise<void> {
    const [phase, file] = [this.#phase, this.#file];
    if (phase.state !== "open" || file === undefined) return;
    this.#phase = { state: "opening", reason: () => "the stream in NATS went back, and this node with it" };
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
      beginLife: (through) =>
        following.beginLife(through, `epoch.${randomBytes(9).toString("hex")}`, (reason) =>
          this.#wait(reason),
        ),
      append: (act, at) => publisher.append(act, at),
    });
    this.#options.lines.warn({ appendedAgain: count }, "log_stream_mended_from_this_node");
  }

  async #openFile(lock: DataDirLock, onEvent: (event: RoomEvent) => void): Promise<FileParts> {
    const { sync, lines, onCommit, searchBudget } = this.#options;
    const writer = new Writer({ path: this.#path, sync }, lines, {
      onEvents: (events) => {
        for (const event of events) {
          this.#head = event.event.seq;
          feed(event, onEvent, lines);
          if (event.event.type === "delete" && this.#phase.state === "open")
            this.#phase.stream.erasing.wake();
        }
      },
      ...(onCommit !== undefined && { onCommit }),
    });
    const { head, followed } = await writer.opened();
    if (followed.place === 0 && (head > 0 || followed.epoch !== "")) {
      await writer.close();
      throw new StartError(
        `${this.#options.dataDir} holds one server's chat: \`npm run import\` brings it to several nodes, which each begin with an empty DATA_DIR`,
      );
    }
    this.#head = head;
    this.#epoch = followed.epoch;
    const indexed = () => writer.indexed();
    const options = { path: this.#path, lines, indexed, ...(searchBudget !== undefined && { searchBudget }) };
    const reads = new FileReads(options, () => ({ epoch: this.#epoch, head: this.#head }));
    return { lock, writer, reads };
  }

  #openStream(
    link: NatsLink,
    stream: LogStream,
    { writer, reads }: FileParts,
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

  #wait(reason: string | (() => string)): void {
    const told = typeof reason === "string" ? () => reason : reason;
    if (this.#phase.state === "opening") this.#phase = { state: "opening", reason: told };
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
