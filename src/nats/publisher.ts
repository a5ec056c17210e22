/**
 * Brings this node's appends into the stream. Of one person and room one is under way at a time, and one that is tried
 * again holds back the next, so their order is kept (I4). Every append is answered, in bounded time.
 */
import { createHash } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import type { JetStreamClient } from "@nats-io/jetstream";
import { refused } from "../message-log/act-store.ts";
import { encodeRecord } from "../message-log/log-record.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import type { Ref, Uid, UnixMs } from "../protocol/events.ts";
import type { NatsLink } from "./connection.ts";
import type { LogStream } from "./stream.ts";

/** Longer than a cluster takes to elect a leader. */
const patienceMs = 10_000;
const tryMs = 2_000;
const retryMs = 200;
const maxAppends = 10_000;
const maxBytes = 16 * 1024 * 1024;
const overheadBytes = 500;

interface Pending {
  readonly act: Act;
  readonly at: UnixMs;
  readonly by: string;
  readonly person: string;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly settle: (outcome: Outcome) => void;
  readonly outcome: Promise<Outcome>;
  /** What became of the one before it of the same person, which may be in the stream and not have come back yet. */
  readonly before: Promise<Outcome> | undefined;
  isInStream: boolean;
  timer?: NodeJS.Timeout;
  isSettled: boolean;
}

export interface PublisherParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  /** Begins the names of this node's appends. */
  readonly node: string;
  /** What became of the same act if it was kept before. */
  readonly recall: (act: Act) => Outcome | undefined;
  /** Resolves when the file has come so far. */
  readonly reached: (place: number) => Promise<void>;
}

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #client: JetStreamClient;
  readonly #pending = new Map<string, Pending>();
  /** By person and room: the first is under way. */
  readonly #queues = new Map<string, Pending[]>();
  /** By person and room, until it is answered. */
  readonly #newest = new Map<string, Pending>();
  readonly #idle: (() => void)[] = [];
  #bytes = 0;
  #count = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#client = jetstream(parts.link.connection);
  }

  append(act: Act, at: UnixMs): Promise<Outcome> {
    const bytes = overheadBytes + ("msg" in act ? 2 * act.msg.length : 0);
    if (this.#pending.size >= maxAppends || this.#bytes + bytes > maxBytes) {
      return Promise.resolve(refused("unavailable"));
    }
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const person = `${act.uid} ${act.room}`;
    this.#count += 1;
    const pending: Pending = {
      act,
      at,
      by: `${this.#parts.node}-${this.#count.toString(36)}`,
      person,
      bytes,
      sinceMs: performance.now(),
      settle: resolve,
      outcome: promise,
      before: this.#newest.get(person)?.outcome,
      isInStream: false,
      isSettled: false,
    };
    this.#bytes += bytes;
    this.#pending.set(pending.by, pending);
    this.#newest.set(person, pending);
    const queue = this.#queues.get(pending.person);
    if (queue !== undefined) queue.push(pending);
    else {
      this.#queues.set(pending.person, [pending]);
      void this.#run(pending);
    }
    return promise;
  }

  /** The node's feed has brought it back. */
  cameBack(by: string, outcome: Outcome): void {
    const pending = this.#pending.get(by);
    if (pending !== undefined) this.#settle(pending, outcome);
  }

  /** Answers all that waits: nobody knows what is in the stream of it. */
  stop(): void {
    for (const pending of [...this.#pending.values()]) this.#settle(pending, refused("unavailable"));
  }

  /** Resolves when all that was accepted is answered. */
  async finish(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Until it is in the stream, or answered otherwise; then the next of this person goes. */
  async #run(pending: Pending): Promise<void> {
    const { act } = pending;
    let id = idOf(act.room, act.uid, act.ref);
    const repeat = this.#parts.recall(act);
    if (repeat !== undefined) await this.#tellRepeat(pending, repeat);
    while (!pending.isSettled) {
      const before = await this.#publish(pending, id);
      if (isDone(pending)) break;
      if (before !== undefined) {
        // The stream has it from before: kept then, or refused, and then it may count now.
        await this.#parts.reached(before);
        const outcome = this.#parts.recall(act);
        if (outcome !== undefined) await this.#tellRepeat(pending, outcome);
        id = `${id}.${before}`;
        continue;
      }
      if (performance.now() - pending.sinceMs > patienceMs) {
        this.#giveUp(pending);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    this.#next(pending);
  }

  /** What precedes it is answered first (I4), and if that has to come again, so has this. */
  async #tellRepeat(pending: Pending, outcome: Outcome): Promise<void> {
    const before = await pending.before;
    const isToCome = before?.kept === false && before.code === "unavailable";
    this.#settle(pending, isToCome ? refused("unavailable") : outcome);
  }

  /** @returns where the stream has it from before, if it does */
  async #publish(pending: Pending, id: string): Promise<number | undefined> {
    const { act, at, by } = pending;
    const record = encodeRecord({ type: "act", by, act, at });
    try {
      const { records } = this.#parts.stream.subjects;
      const ack = await this.#client.publish(records, record, { msgID: id, timeout: tryMs });
      if (ack.duplicate) return pending.isSettled ? undefined : ack.seq;
      pending.isInStream = true;
      this.#awaitFeed(pending);
    } catch {
      // Nobody knows whether it is there: the same id makes trying again harmless.
    }
    return undefined;
  }

  /** It is in the stream. Should our own feed not bring it in time, the writer's next try will find it kept. */
  #awaitFeed(pending: Pending): void {
    if (pending.isSettled) return;
    pending.timer = setTimeout(() => this.#settle(pending, refused("unavailable")), patienceMs);
  }

  /** What waits behind it must not overtake it. */
  #giveUp(pending: Pending): void {
    const queue = this.#queues.get(pending.person) ?? [];
    this.#queues.delete(pending.person);
    for (const each of queue) this.#settle(each, refused("unavailable"));
  }

  #next({ person }: Pending): void {
    const queue = this.#queues.get(person) ?? [];
    queue.shift();
    while (queue[0]?.isSettled === true) queue.shift();
    const [next] = queue;
    if (next === undefined) this.#queues.delete(person);
    else void this.#run(next);
  }

  #settle(pending: Pending, outcome: Outcome): void {
    if (pending.isSettled) return;
    pending.isSettled = true;
    clearTimeout(pending.timer);
    this.#pending.delete(pending.by);
    if (this.#newest.get(pending.person) === pending) this.#newest.delete(pending.person);
    this.#bytes -= pending.bytes;
    pending.settle(outcome);
    if (this.#pending.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function isDone({ isSettled, isInStream }: Pending): boolean {
  return isSettled || isInStream;
}

/** The same for every try and every node, and short whatever the room's name. */
export function idOf(room: string, uid: Uid, ref: Ref): string {
  return createHash("sha256")
    .update(JSON.stringify([room, uid, ref]))
    .digest("base64url");
}
