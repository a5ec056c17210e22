/**
 * Searches in a thread of its own, one query at a time: a heavy one costs its asker a SearchTimeout and nobody else
 * a moment. The thread starts with the first search.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { SearchTimeout } from "./message-log.ts";
import type { SearchHit } from "./message-log.ts";
import { reasonOf } from "./reason.ts";

/** First for the index to learn what came last, then for the search itself. */
export interface SearchBudget {
  readonly indexMs: number;
  readonly searchMs: number;
}

const usualBudget: SearchBudget = { indexMs: 100, searchMs: 150 };
const maxWaiting = 100;
const closed = "the log was closed";
const searchThread = new URL("./search-worker.ts", import.meta.url);

export interface SearchQuestion {
  readonly path: string;
  readonly room: string;
  readonly query: string;
}

export type SearchAnswer =
  { readonly hits: SearchHit[] } | { readonly failure: string } | { readonly isReady: true };

interface Thread {
  readonly worker: Worker;
  /** A cold start may take longer than a search may, and is not its asker's fault. */
  readonly started: PromiseWithResolvers<undefined>;
}

interface Asked extends PromiseWithResolvers<SearchHit[]> {
  readonly question: SearchQuestion;
}

export class Search {
  readonly #path: string;
  readonly #budget: SearchBudget;
  readonly #threadSource: URL;
  #waiting: Asked[] = [];
  #underWay: Asked | undefined;
  #thread: Thread | undefined;
  #isClosed = false;

  constructor(path: string, budget = usualBudget, thread: URL = searchThread) {
    this.#path = path;
    this.#budget = budget;
    this.#threadSource = thread;
  }

  /** @param indexed resolves when the index knows what this search should find */
  async find(room: string, query: string, indexed: Promise<void>): Promise<SearchHit[]> {
    this.#thread ??= this.#spawn();
    const { started } = this.#thread;
    await Promise.race([indexed, sleep(this.#budget.indexMs, undefined, { ref: false })]);
    await started.promise;
    if (this.#isClosed) throw new SearchTimeout(closed);
    if (this.#waiting.length >= maxWaiting) throw new SearchTimeout("too many searches wait");
    const asked = { question: { path: this.#path, room, query }, ...Promise.withResolvers<SearchHit[]>() };
    // An answer that came while this thread was busy is heard first: hence the immediate.
    const { searchMs } = this.#budget;
    const giveUp = () => this.#giveUp(asked, `nothing found in ${searchMs} ms`);
    const timer = setTimeout(() => setImmediate(giveUp), searchMs);
    this.#waiting.push(asked);
    this.#askNext();
    return asked.promise.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const asked of this.#waiting) this.#giveUp(asked, closed);
    this.#underWay?.reject(new SearchTimeout(closed));
    this.#underWay = undefined;
    await this.#thread?.worker.terminate();
  }

  #askNext(): void {
    if (this.#underWay !== undefined) return;
    this.#underWay = this.#waiting.shift();
    if (this.#underWay === undefined) return;
    this.#thread ??= this.#spawn();
    this.#thread.worker.postMessage(this.#underWay.question);
  }

  /** The thread goes on: no query can be stopped. Until it has ended, the next ones wait within their own budget. */
  #giveUp(asked: Asked, why: string): void {
    this.#waiting = this.#waiting.filter((other) => other !== asked);
    asked.reject(new SearchTimeout(why));
  }

  #spawn(): Thread {
    const worker = new Worker(this.#threadSource, { name: "log-search" });
    const started = Promise.withResolvers<undefined>();
    // Who waits for it is told; nobody may be waiting.
    started.promise.catch(() => undefined);
    // A search keeps its asker's connection open; the thread alone keeps no process alive.
    worker.unref();
    worker.on("message", (answer: SearchAnswer) => {
      if ("isReady" in answer) started.resolve(undefined);
      else this.#hear(answer);
    });
    let reason = "its thread ended";
    worker.on("error", (error) => (reason = reasonOf(error)));
    worker.on("exit", () => {
      this.#thread = undefined;
      started.reject(this.#isClosed ? new SearchTimeout(closed) : new Error(`search failed: ${reason}`));
      this.#hear({ failure: reason });
    });
    return { worker, started };
  }

  #hear(answer: Exclude<SearchAnswer, { isReady: true }>): void {
    if ("hits" in answer) this.#underWay?.resolve(answer.hits);
    else this.#underWay?.reject(new Error(`search failed: ${answer.failure}`));
    this.#underWay = undefined;
    this.#askNext();
  }
}
