/**
 * Puts records into the stream and hears what became of them. One subscription and one clock serve them all: the
 * client's own request makes an error, two timers and four promises for each, a tenth of what the thread does.
 */
import { createInbox, headers } from "@nats-io/transport-node";
import type { Msg, Subscription } from "@nats-io/transport-node";
import type { NatsLink } from "./connection.ts";

/** Where the stream has it. */
export interface Put {
  readonly place: number;
  /** It was there already. */
  readonly isRepeat: boolean;
}

interface Outgoing {
  readonly record: string;
  readonly id: string;
  /** Where the stream is to answer. */
  readonly reply: string;
}

interface Waiting {
  readonly settle: (put: Put | undefined) => void;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** How late it may be noticed that nothing was heard. */
const lookMs = 50;
const usualOf = 16;

export class StreamPuts {
  readonly #link: NatsLink;
  readonly #subject: string;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #waiting = new Map<string, Waiting>();
  #outgoing: Outgoing[] = [];
  #count = 0;
  #usualMs = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #unwatch: () => void;

  constructor(link: NatsLink, subject: string) {
    this.#link = link;
    this.#subject = subject;
    // What was on its way when the connection was lost, or its answer, is lost with it.
    this.#unwatch = link.onChange(({ state }) => {
      if (state === "connected") this.#forgetAll();
    });
    this.#subscription = link.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#hear(message);
      },
    });
  }

  /** How long the stream took to answer of late. */
  get usualMs(): number {
    return this.#usualMs;
  }

  /** Nothing if nobody knows whether the stream has it: the same id makes trying again harmless. */
  put(record: string, id: string, patienceMs: number): Promise<Put | undefined> {
    const { promise, resolve } = Promise.withResolvers<Put | undefined>();
    this.#count += 1;
    const reply = `${this.#inbox}.${this.#count.toString(36)}`;
    const sinceMs = performance.now();
    this.#waiting.set(reply, { settle: resolve, sinceMs, untilMs: sinceMs + patienceMs });
    this.#timer ??= setInterval(() => this.#expire(), lookMs);
    // What is said in one turn of the loop goes in one write.
    if (this.#outgoing.push({ record, id, reply }) === 1) setImmediate(() => this.#sendAll());
    return promise;
  }

  stop(): void {
    this.#unwatch();
    this.#subscription.unsubscribe();
    this.#outgoing = [];
    clearInterval(this.#timer);
    this.#forgetAll();
  }

  #forgetAll(): void {
    for (const reply of [...this.#waiting.keys()]) this.#settle(reply, undefined);
  }

  #sendAll(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    for (const { record, id, reply } of outgoing) {
      const named = headers();
      named.set("Nats-Msg-Id", id);
      try {
        this.#link.connection.publish(this.#subject, record, { reply, headers: named });
      } catch {
        // The connection is closed for good, or the record larger than the server takes.
        this.#settle(reply, undefined);
      }
    }
  }

  #hear(message: Msg): void {
    const waiting = this.#waiting.get(message.subject);
    if (waiting !== undefined) {
      this.#usualMs += (performance.now() - waiting.sinceMs - this.#usualMs) / usualOf;
    }
    this.#settle(message.subject, putOf(message));
  }

  #settle(reply: string, put: Put | undefined): void {
    const waiting = this.#waiting.get(reply);
    this.#waiting.delete(reply);
    waiting?.settle(put);
  }

  #expire(): void {
    const nowMs = performance.now();
    for (const [reply, { untilMs }] of this.#waiting) if (untilMs <= nowMs) this.#settle(reply, undefined);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Nothing where the stream has no leader (then the answer is empty), or refuses. */
function putOf(message: Msg): Put | undefined {
  if (message.data.length === 0) return undefined;
  try {
    const { seq, duplicate } = message.json<{ seq?: unknown; duplicate?: unknown }>();
    return typeof seq === "number" && seq > 0 ? { place: seq, isRepeat: duplicate === true } : undefined;
  } catch {
    return undefined; // Not even JSON.
  }
}
