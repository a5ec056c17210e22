/**
 * Keeps this node's file at the end of the stream: records are applied in order, in batches as large as what waits,
 * and no faster than the file takes them. A record that was erased is put back in its place without its text.
 */
import { randomBytes } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import { encodeRecord, isPrune } from "../message-log/log-record.ts";
import type { Placed } from "../message-log/log-record.ts";
import type { Outcome } from "../message-log/message-log.ts";
import type { Followed } from "../message-log/projection.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import type { Writer } from "../message-log/writer.ts";
import type { OpenedFile } from "../message-log/writer-messages.ts";
import type { Seq } from "../protocol/events.ts";
import type { NatsLink } from "./connection.ts";
import { ErasedRecords } from "./erased-records.ts";
import { Follower } from "./follower.ts";
import type { Received } from "./follower.ts";
import { infoOf } from "./stream.ts";
import type { LogStream } from "./stream.ts";

/** A longer transaction makes what comes next wait longer than its commit saves; nothing waits for a replay. */
const maxBatch = { live: 1_000, replay: 10_000 };
const maxWaiting = 20_000;
const retryMs = 250;

export interface FollowingParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly writer: Writer;
  readonly lines: LogLines;
  /** Begins the names of this node's own appends. */
  readonly node: string;
  /** Of the secret that people's ids are made with. */
  readonly fingerprint?: string | undefined;
}

export interface FollowingListener {
  readonly onReached: (reached: OpenedFile) => void;
  /** What became of an append of this node. */
  readonly onOwn: (by: string, outcome: Outcome) => void;
  /** Retention took something. */
  readonly onPruned: () => void;
  /** Something came that is to go from the stream, as what came before it does or did. Nothing is told of a replay. */
  readonly onRepeated: () => void;
}

interface Waiter {
  readonly place: number;
  readonly resolve: () => void;
}

export class Following {
  readonly #parts: FollowingParts;
  readonly #listener: FollowingListener;
  readonly #follower: Follower;
  readonly #erased: ErasedRecords;
  readonly #ownBeginning: string;
  #waiting: Received[] = [];
  #followed: Followed;
  #isReplaying = true;
  #isPumping = false;
  #isStopped = false;
  #pumped: Promise<void> = Promise.resolve();
  #waiters: Waiter[] = [];

  constructor(parts: FollowingParts, followed: Followed, listener: FollowingListener) {
    this.#parts = parts;
    this.#followed = followed;
    this.#listener = listener;
    this.#ownBeginning = `{"by":"${parts.node}-`;
    this.#erased = new ErasedRecords(parts.link.connection, parts.stream);
    const records = {
      onRecord: (record: Received) => this.#take(record),
      hasRoom: () => this.#waiting.length < maxWaiting,
    };
    const { connection } = parts.link;
    this.#follower = new Follower(connection, parts.stream, records, {
      after: followed.place,
      record: followed.record,
    });
  }

  get followed(): Followed {
    return this.#followed;
  }

  /** Resolves when the file holds all that the stream held when this was called. */
  async catchUp(waiting: (reason: string) => void): Promise<void> {
    const last = await this.#lastPlace(waiting);
    const tell = setInterval(() => waiting(`replaying: ${this.#followed.place} of ${last}`), retryMs);
    try {
      await this.reached(last);
      await this.#firstLife(last, waiting);
    } finally {
      clearInterval(tell);
    }
    this.#isReplaying = false;
    // Also with nothing to apply: the writer learns that it may do its chores now.
    await this.#pumped;
    this.#pump();
    await this.#pumped;
  }

  /** Resolves when everything up to this place is in the file. */
  reached(place: number): Promise<void> {
    if (this.#followed.place >= place) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ place, resolve }));
  }

  /** The stream has a record at this place. */
  expect(place: number): void {
    this.#follower.expect(place);
  }

  /** Has the rest of the stream handed over by another consumer. */
  beginAnew(): void {
    this.#follower.beginAnew();
  }

  /** Resolves when no batch is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#follower.stop();
    await this.#pumped;
  }

  #take(record: Received): void {
    this.#waiting.push(record);
    if (!this.#isPumping) this.#pump();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.#pumped = this.#applyAll().finally(() => (this.#isPumping = false));
  }

  async #applyAll(): Promise<void> {
    // What arrives in one turn of the loop goes together.
    await new Promise(setImmediate);
    do {
      const batch = this.#waiting.splice(0, this.#isReplaying ? maxBatch.replay : maxBatch.live);
      await this.#apply(batch);
      this.#follower.goOn();
    } while (this.#waiting.length > 0 && !this.#isStopped);
  }

  async #apply(received: readonly Received[]): Promise<void> {
    const whole = await this.#erased.fillGaps(received, this.#followed.place);
    const owners: string[] = [];
    const batch: Placed[] = whole.map(({ place, text }) => {
      if (!text.startsWith(this.#ownBeginning)) return { place, text };
      owners.push(text.slice('{"by":"'.length, text.indexOf('"', this.#ownBeginning.length)));
      return { place, text, isOwn: true };
    });
    const { outcomes, head, followed } = await this.#parts.writer.project(batch, this.#isReplaying);
    const isRepeated = followed.repeated > this.#followed.repeated && !this.#isReplaying;
    this.#followed = followed;
    this.#listener.onReached({ head, followed });
    for (const [at, by] of owners.entries()) {
      const outcome = outcomes[at];
      if (outcome !== undefined) this.#listener.onOwn(by, outcome);
    }
    if (batch.some(({ text }) => isPrune(text))) this.#listener.onPruned();
    if (isRepeated) this.#listener.onRepeated();
    this.#wake(followed.place);
  }

  #wake(place: number): void {
    if (this.#waiters.length === 0) return;
    const there = this.#waiters.filter((waiter) => waiter.place <= place);
    this.#waiters = this.#waiters.filter((waiter) => waiter.place > place);
    for (const { resolve } of there) resolve();
  }

  async #lastPlace(waiting: (reason: string) => void): Promise<number> {
    for (;;) {
      try {
        const info = await infoOf(this.#parts.stream);
        if (info !== undefined) return info.state.last_seq;
        waiting("the log's stream is gone from NATS");
      } catch (error) {
        waiting(`JetStream does not answer: ${String(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  /** Begun by whichever node comes first, and in an imported log by the import, as its end. */
  async #firstLife(last: number, waiting: (reason: string) => void): Promise<void> {
    while (this.#followed.epoch === "" && !this.#isStopped) {
      if (this.#followed.base > 0) waiting("an import is under way: what is still to come ends with it");
      else if (await this.#tryFirstLife(last, waiting)) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      last = await this.#lastPlace(waiting);
      await this.reached(last);
    }
  }

  /** Only where nothing came since, as the beginning of an import would. */
  async #tryFirstLife(last: number, waiting: (reason: string) => void): Promise<boolean> {
    const epoch = randomBytes(9).toString("base64url");
    const { link, stream, fingerprint } = this.#parts;
    const ours = fingerprint === undefined ? {} : { fingerprint };
    const record = encodeRecord({ type: "epoch", epoch, through: this.#followed.place, ...ours });
    const expect = { lastSequence: last };
    try {
      const { seq } = await jetstream(link.connection).publish(stream.subjects.records, record, { expect });
      await this.reached(seq);
      return true;
    } catch (error) {
      waiting(`the log does not begin yet: ${String(error)}`);
      return false;
    }
  }

  /** Appends an epoch: of the life before, numbers up to `through` are true. */
  async beginLife(through: Seq, waiting: (reason: string) => void): Promise<void> {
    const epoch = randomBytes(9).toString("base64url");
    const msgID = `epoch.${epoch}`;
    const client = jetstream(this.#parts.link.connection);
    for (;;) {
      try {
        const record = encodeRecord({ type: "epoch", epoch, through });
        const { records } = this.#parts.stream.subjects;
        const { seq } = await client.publish(records, record, { msgID });
        await this.reached(seq);
        return;
      } catch (error) {
        waiting(`JetStream takes nothing: ${String(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
