/**
 * Work that can wait its turn: run a few milliseconds of it per event-loop turn, so that a thousand members who
 * catch up at once leave `/health`, new connections and everybody else's messages quick.
 */
import type { EventEmitter } from "node:events";

const usualBudgetMs = 4;
const usualPatienceMs = 4;
/** So many connections, each within so long after the one before, are a crowd, and more of it are to come. */
const crowd = { connections: 20, withinMs: 20 };

export class Turns {
  readonly #now: () => number;
  readonly #budgetMs: number;
  #jobs: (() => void)[] = [];
  #isPlanned = false;
  #isSomebodyComing = false;
  #cameMs = -Infinity;
  /** Connections that came close to each other. */
  #inCrowd = 0;
  #patienceMs = 0;
  #patientUntilMs = 0;
  /** What this turn has done at once. */
  #spentMs = 0;

  /**
   * @param now a monotonic clock in milliseconds
   * @param budgetMs of each turn
   */
  constructor(now: () => number, budgetMs = usualBudgetMs) {
    this.#now = now;
    this.#budgetMs = budgetMs;
  }

  /**
   * Connections come before jobs, for a while: Node accepts one a turn, and `/health` may be asked over the last of
   * hundreds, each of which would have waited for a turn's jobs.
   * @param patienceMs how long jobs wait at a time while connections keep coming
   */
  letIn(server: EventEmitter, patienceMs = usualPatienceMs): this {
    this.#patienceMs = patienceMs;
    server.on("connection", () => {
      const nowMs = this.#now();
      this.#inCrowd = nowMs - this.#cameMs < crowd.withinMs ? this.#inCrowd + 1 : 1;
      this.#cameMs = nowMs;
      this.#isSomebodyComing = true;
    });
    return this;
  }

  /** @param job must not throw */
  add(job: () => void): void {
    this.#jobs.push(job);
    this.#plan();
  }

  /** Does the job at once where nothing waits, no crowd is coming in, and this turn has time left. */
  soon(job: () => void): void {
    const startedMs = this.#now();
    const isCrowd = this.#inCrowd >= crowd.connections && startedMs - this.#cameMs < crowd.withinMs;
    if (this.#jobs.length > 0 || isCrowd || this.#spentMs >= this.#budgetMs) {
      this.add(job);
      return;
    }
    const spentMs = this.#spentMs;
    // What the job asks for waits its turn.
    this.#spentMs = this.#budgetMs;
    job();
    this.#spentMs = spentMs + this.#now() - startedMs;
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#patientUntilMs = this.#now() + this.#patienceMs;
    setImmediate(() => this.#run());
  }

  #run(): void {
    const isPatient = this.#isSomebodyComing && this.#now() < this.#patientUntilMs;
    this.#isSomebodyComing = false;
    if (isPatient) {
      setImmediate(() => this.#run());
      return;
    }
    this.#isPlanned = false;
    this.#spentMs = this.#budgetMs;
    const jobs = this.#jobs;
    this.#jobs = [];
    const untilMs = this.#now() + this.#budgetMs;
    let done = 0;
    for (const job of jobs) {
      if (done > 0 && this.#now() >= untilMs) break;
      job();
      done += 1;
    }
    this.#spentMs = 0;
    // What was added meanwhile comes after what waited longer.
    this.#jobs = [...jobs.slice(done), ...this.#jobs];
    if (this.#jobs.length > 0) this.#plan();
  }
}
