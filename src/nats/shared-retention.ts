/**
 * Retention in a log that several nodes share: what goes is appended as an act, so it goes from every node's file at one
 * place, and then from the stream. Any node may do either, and all of them do: done twice it changes nothing.
 */
import { createHash } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { FileReads } from "../message-log/file-reads.ts";
import { encodeRecord } from "../message-log/log-record.ts";
import type { LogRecord } from "../message-log/log-record.ts";
import type { TakenRecord } from "../message-log/log-reader.ts";
import { messagesPerStep } from "../message-log/surplus.ts";
import type { PruneLimits, StoredRoom } from "../message-log/surplus.ts";
import type { Writer } from "../message-log/writer.ts";
import type { NatsLink } from "./connection.ts";
import type { Following } from "./following.ts";
import type { LogStream } from "./stream.ts";

const retryMs = 1_000;
/** On their way to the stream's leader at once: people's messages take turns with them. */
const removalsPerStep = 100;

export interface SharedRetentionParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly reads: FileReads;
  readonly writer: Writer;
  readonly following: Following;
}

export class SharedRetention {
  readonly #parts: SharedRetentionParts;
  readonly #client: JetStreamClient;
  #isSweeping = false;
  #isRemoving = false;
  #isStopped = false;

  constructor(parts: SharedRetentionParts) {
    this.#parts = parts;
    this.#client = jetstream(parts.link.connection);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Appends what goes of every room. What cannot be appended now is found again by the next sweep. */
  sweep(limits: PruneLimits): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    void this.#sweepAll(limits)
      .catch(ignore)
      .finally(() => (this.#isSweeping = false));
  }

  /** Something was taken out of the file, or may have been. */
  wake(): void {
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    void this.#removeAll().finally(() => (this.#isRemoving = false));
  }

  async #sweepAll(limits: PruneLimits): Promise<void> {
    const { reads } = this.#parts;
    let last = 0;
    for (;;) {
      const after = last;
      const rooms = reads.read(({ surplus }) => surplus.roomsAfter(after));
      for (const room of rooms) await this.#sweepRoom(room, limits);
      last = rooms.at(-1)?.id ?? 0;
      if (rooms.length === 0 || this.#isStopped) return;
    }
  }

  async #sweepRoom({ id, name }: StoredRoom, limits: PruneLimits): Promise<void> {
    for (;;) {
      const messages = this.#parts.reads.read(({ surplus }) => surplus.of(id, limits));
      if (messages.length === 0 || this.#isStopped) return;
      await this.#parts.following.reached(await this.#say({ type: "prune", room: name, messages }));
      this.wake();
      if (messages.length < messagesPerStep) return;
    }
  }

  async #removeAll(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const taken = this.#parts.reads.read((reader) => reader.taken(removalsPerStep));
        if (taken.length === 0) return;
        await this.#sayHowFar(taken);
        await Promise.all(taken.map(({ place }) => this.#remove(place)));
        this.#parts.writer.forgetTaken(taken.map(({ place }) => place));
        // The writer answers in order: then the file knows.
        await this.#parts.writer.indexed();
      } catch {
        // NATS is away, or the log is closing: what is left goes when it is back, or at the next start.
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /**
   * A node that replays cannot know how far the acts went of a message that the stream does not hold. Nor is the stream to
   * end with what goes from it, as with an edit that came too late: who starts would wait for its last record.
   */
  async #sayHowFar(taken: readonly TakenRecord[]): Promise<void> {
    const last = Math.max(...taken.map(({ place }) => place));
    const behind = this.#parts.following.followed.place > last ? undefined : last;
    for (const room of new Set(taken.map((record) => record.room))) {
      const through = this.#parts.reads.read((reader) => reader.prunedThrough(room));
      await this.#say({ type: "prune", room, messages: [], through }, behind);
    }
  }

  /**
   * @param behind the place it has to come behind, where it may have been said before
   * @returns its place; what two nodes say at once is there once
   */
  async #say(record: LogRecord, behind?: number): Promise<number> {
    const text = encodeRecord(record);
    const said = behind === undefined ? text : `${behind} ${text}`;
    const msgID = `prune.${createHash("sha256").update(said).digest("base64url")}`;
    const { seq } = await this.#client.publish(this.#parts.stream.subjects.records, text, { msgID });
    return seq;
  }

  async #remove(place: number): Promise<void> {
    const { jsm, name } = this.#parts.stream;
    try {
      await jsm.streams.deleteMessage(name, place, true);
    } catch (error) {
      // Another node was first.
      if ((await jsm.streams.getMessage(name, { seq: place })) !== null) throw error;
    }
  }
}

function ignore(): void {
  // The next sweep finds it again.
}
