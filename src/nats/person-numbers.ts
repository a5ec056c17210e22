/**
 * The article's numbers, unique in a room over all nodes: one entry a room holds the last number given, and who gives
 * the next raises it by compare-and-set, for all who came meanwhile at once. A number that cannot be had in time is
 * not waited for.
 */
import { setTimeout as delay } from "node:timers/promises";
import { jetstream, JetStreamApiError } from "@nats-io/jetstream";
import { Kvm, type KV } from "@nats-io/kv";
import type { NatsLink } from "./connection.ts";

const withinMs = 2_000;
/** JetStream's code for "somebody else was quicker". */
const wrongLastSequence = 10_071;
/** A room nobody came to for so long is forgotten; those who sit in it keep their numbers, and new ones go on above. */
const forgetAfterMs = 30 * 24 * 3_600_000;

interface Taking {
  readonly above: number;
  readonly resolve: (number: number | undefined) => void;
}

interface RoomQueue {
  takings: Taking[];
  /** The room was empty after this number. */
  emptiedAt?: number;
}

export class PersonNumbers {
  readonly #link: NatsLink;
  readonly #rooms = new Map<string, RoomQueue>();
  #bucket: Promise<KV> | undefined;

  constructor(link: NatsLink) {
    this.#link = link;
  }

  /** Makes the bucket if nobody has: else the first to come would wait for it. What fails now is tried again then. */
  async prepare(): Promise<void> {
    await this.#open().catch(ignore);
  }

  async take(room: string, above: number): Promise<number | undefined> {
    if (this.#link.state.state === "away") return undefined;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    this.#queue(room, (queue) => queue.takings.push({ above, resolve }));
    const timer = setTimeout(() => resolve(undefined), withinMs);
    return promise.finally(() => clearTimeout(timer));
  }

  /** Best effort: numbers start again unless somebody was given one that we do not know of. */
  emptied(room: string, last: number): void {
    if (this.#link.state.state === "away") return;
    this.#queue(room, (queue) => (queue.emptiedAt = last));
  }

  /** One room's requests go out one after the other: what came meanwhile goes together. */
  #queue(room: string, add: (queue: RoomQueue) => void): void {
    const known = this.#rooms.get(room);
    const queue = known ?? { takings: [] };
    add(queue);
    if (known !== undefined) return;
    this.#rooms.set(room, queue);
    void this.#work(room, queue);
  }

  async #work(room: string, queue: RoomQueue): Promise<void> {
    while (queue.takings.length > 0 || queue.emptiedAt !== undefined) {
      const { takings, emptiedAt } = queue;
      if (emptiedAt !== undefined) {
        delete queue.emptiedAt;
        await this.#startAgain(room, emptiedAt).catch(ignore);
      } else {
        queue.takings = [];
        const above = Math.max(...takings.map((taking) => taking.above));
        const first = await this.#raise(room, above, takings.length).catch(ignore);
        takings.forEach(({ resolve }, at) => resolve(first === undefined ? undefined : first + at));
      }
    }
    this.#rooms.delete(room);
  }

  /** @returns the first of `count` numbers */
  async #raise(room: string, above: number, count: number): Promise<number | undefined> {
    const untilMs = performance.now() + withinMs;
    while (performance.now() < untilMs) {
      const { last, revision } = await this.#read(room);
      const first = Math.max(last, above) + 1;
      if (await this.#write(room, first + count - 1, revision)) return first;
      await delay(Math.random() * 20);
    }
    return undefined;
  }

  async #startAgain(room: string, after: number): Promise<void> {
    const { last, revision } = await this.#read(room);
    // A number above was given to somebody who is on the way.
    if (last > 0 && last <= after) await this.#write(room, 0, revision);
  }

  async #read(room: string): Promise<{ readonly last: number; readonly revision: number }> {
    const entry = await (await this.#open()).get(keyOf(room));
    const last = Number(entry?.string());
    return { last: Number.isSafeInteger(last) ? last : 0, revision: entry?.revision ?? 0 };
  }

  /** @returns false if somebody else wrote since */
  async #write(room: string, last: number, revision: number): Promise<boolean> {
    try {
      await (await this.#open()).put(keyOf(room), String(last), { previousSeq: revision });
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === wrongLastSequence) return false;
      throw error;
    }
  }

  #open(): Promise<KV> {
    this.#bucket ??= this.#make().catch((error: unknown) => {
      this.#bucket = undefined;
      throw error;
    });
    return this.#bucket;
  }

  async #make(): Promise<KV> {
    const kvm = new Kvm(jetstream(this.#link.connection, { timeout: withinMs }));
    const bucket = this.#link.name("numbers");
    const replicas = this.#link.connection.info?.cluster === undefined ? 1 : 3;
    // Where the bucket is there with other settings, those hold.
    const options = { history: 1, ttl: forgetAfterMs, replicas };
    return kvm.create(bucket, options).catch(() => kvm.open(bucket));
  }
}

/** What NATS does not answer in time is done without. */
function ignore(): undefined {
  return undefined;
}

/** Keys hold no letters but ASCII's. */
function keyOf(room: string): string {
  return Buffer.from(room).toString("base64url");
}
