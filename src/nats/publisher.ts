/**
 * Brings this node's appends into the stream. Of one person and room one is under way at a time, and one that is tried
 * again holds back the next, so their order is kept (I4). Every append is answered, in bounded time.
 */
import { hash } from "node:crypto";
import { isUnavailable, refused } from "../message-log/act-store.ts";
import { encodeRecord } from "../message-log/log-record.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import type { Ref, Uid, UnixMs } from "../protocol/events.ts";
import type { NatsLink } from "./connection.ts";
import { StreamPuts } from "./stream-puts.ts";
import type { LogStream } from "./stream.ts";

/** Longer than a cluster takes to elect a leader. */
const patienceMs = 10_000;
/** Twice as long after each time: leadership is handed over in some milliseconds, an election takes seconds. */
const retryMs = { first: 25, most: 200 };
/**
 * How long the stream may take to answer. A leader that hands over loses what it was given last, so the first try is
 * waited for some times as long as is usual; each is twice as long as the one before, since many at once would be more to do.
 */
const answerMs = { least: 200, first: 500, most: 2_000 };
const timesUsual = 4;
const maxAppends = 10_000;
const maxBytes = 16 * 1024 * 1024;
const overheadBytes = 500;

interface Pending {
  readonly act: Act;
  readonly at: UnixMs;
  readonly by: string;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly settle: (outcome: Outcome) => void;
  readonly outcome: Promise<Outcome>;
  /** What the same person asked for before, in the same room; until this is answered. */
  before: Pending | undefined;
  /** What they asked for next, which goes when this is in the stream or answered, and comes again if this has to. */
  after: Pending | undefined;
  state: "waiting" | "under way" | "in the stream" | "answered";
  timer?: NodeJS.Timeout;
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
  /** Told where the stream has what was appended. */
  readonly expect: (place: number) => void;
}

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #puts: StreamPuts;
  /** By name. */
  readonly #pending = new Map<string, Pending>();
  /** By person and room: what they asked for last, while it is not answered. */
  readonly #last = new Map<string, Pending>();
  readonly #idle: (() => void)[] = [];
  #bytes = 0;
  #count = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#puts = new StreamPuts(parts.link, parts.stream.subjects.records);
  }

  append(act: Act, at: UnixMs): Promise<Outcome> {
    const bytes = overheadBytes + ("msg" in act ? 2 * act.msg.length : 0);
    if (this.#pending.size >= maxAppends || this.#bytes + bytes > maxBytes) {
      return Promise.resolve(refused("unavailable"));
    }
    const pending = this.#add(act, at, bytes);
    const { before } = pending;
    if (before !== undefined) before.after = pending;
    if (before === undefined || hasPassed(before)) this.#begin(pending);
    return pending.outcome;
  }

  /** The node's feed has brought it back. */
  cameBack(by: string, outcome: Outcome): void {
    const pending = this.#pending.get(by);
    if (pending !== undefined) this.#settle(pending, outcome);
  }

  /** Answers all that waits: nobody knows what is in the stream of it. */
  stop(): void {
    for (const pending of this.#pending.values()) this.#giveUp(pending);
    this.#puts.stop();
  }

  /** Resolves when all that was accepted is answered. */
  async finish(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #add(act: Act, at: UnixMs, bytes: number): Pending {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const person = personOf(act);
    this.#count += 1;
    const pending: Pending = {
      act,
      at,
      by: `${this.#parts.node}-${this.#count.toString(36)}`,
      bytes,
      sinceMs: performance.now(),
      settle: resolve,
      outcome: promise,
      before: this.#last.get(person),
      after: undefined,
      state: "waiting",
    };
    this.#bytes += bytes;
    this.#pending.set(pending.by, pending);
    this.#last.set(person, pending);
    return pending;
  }

  #begin(pending: Pending): void {
    pending.state = "under way";
    // Where the file cannot be read, nobody knows whether it was kept before.
    this.#run(pending).catch(() => this.#giveUp(pending));
  }

  /** Until it is in the stream, or answered otherwise. */
  async #run(pending: Pending): Promise<void> {
    const { act } = pending;
    let id = idOf(act.room, act.uid, act.ref);
    const repeat = this.#parts.recall(act);
    if (repeat !== undefined) await this.#tellRepeat(pending, repeat);
    let answeredMs = Math.min(Math.max(timesUsual * this.#puts.usualMs, answerMs.least), answerMs.first);
    let pauseMs: number = retryMs.first;
    while (!hasPassed(pending)) {
      const before = await this.#publish(pending, id, answeredMs);
      answeredMs = Math.min(2 * answeredMs, answerMs.most);
      if (hasPassed(pending)) return;
      if (before !== undefined) {
        // The stream has it from before: kept then, or refused, and then it may count now.
        await this.#parts.reached(before);
        const outcome = this.#parts.recall(act);
        if (outcome !== undefined) await this.#tellRepeat(pending, outcome);
        id = `${id}.${before}`;
        continue;
      }
      if (performance.now() - pending.sinceMs > patienceMs) this.#giveUp(pending);
      else await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, retryMs.most);
    }
  }

  /** What precedes it is answered first (I4). */
  async #tellRepeat(pending: Pending, outcome: Outcome): Promise<void> {
    await pending.before?.outcome;
    this.#settle(pending, outcome);
  }

  /** @returns where the stream has it from before, if it does */
  async #publish(pending: Pending, id: string, answeredMs: number): Promise<number | undefined> {
    const { act, at, by } = pending;
    const put = await this.#puts.put(encodeRecord({ type: "act", by, act, at }), id, answeredMs);
    if (put !== undefined) this.#parts.expect(put.place);
    if (put?.isRepeat === true) return put.place;
    if (put !== undefined && !isAnswered(pending)) this.#awaitFeed(pending);
    return undefined;
  }

  /** It is in the stream. Should our own feed not bring it in time, the writer's next try will find it kept. */
  #awaitFeed(pending: Pending): void {
    pending.state = "in the stream";
    pending.timer = setTimeout(() => this.#giveUp(pending), patienceMs);
    this.#beginNext(pending);
  }

  /** Has it come again, and what follows it too, which would else be answered before it: also what is under way. */
  #giveUp(pending: Pending): void {
    if (isAnswered(pending)) return;
    const line: Pending[] = [];
    for (let each: Pending | undefined = pending; each !== undefined; each = each.after) line.push(each);
    // None of them begins because one before it is answered.
    for (const each of line) each.after = undefined;
    for (const each of line) this.#answer(each, refused("unavailable"));
  }

  #settle(pending: Pending, outcome: Outcome): void {
    if (isUnavailable(outcome)) this.#giveUp(pending);
    else this.#answer(pending, outcome);
  }

  #answer(pending: Pending, outcome: Outcome): void {
    if (isAnswered(pending)) return;
    pending.state = "answered";
    clearTimeout(pending.timer);
    this.#pending.delete(pending.by);
    const person = personOf(pending.act);
    if (this.#last.get(person) === pending) this.#last.delete(person);
    pending.before = undefined;
    this.#bytes -= pending.bytes;
    pending.settle(outcome);
    this.#beginNext(pending);
    if (this.#pending.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #beginNext({ after }: Pending): void {
    if (after?.state === "waiting") this.#begin(after);
  }
}

/** Whether the next of this person may go. */
function hasPassed({ state }: Pending): boolean {
  return state === "in the stream" || state === "answered";
}

function isAnswered({ state }: Pending): boolean {
  return state === "answered";
}

function personOf({ uid, room }: Act): string {
  return `${uid} ${room}`;
}

/** The same for every try and every node, and short whatever the room's name. */
export function idOf(room: string, uid: Uid, ref: Ref): string {
  return hash("sha256", JSON.stringify([room, uid, ref]), "base64url");
}
