/**
 * Work that can wait its turn: run a few milliseconds of it per event-loop turn, so that a thousand members who
 * catch up at once leave `/health`, new connections and everybody else's messages quick.
 */
const usualBudgetMs = 4;

export class Turns {
  readonly #now: () => number;
  readonly #budgetMs: number;
  #jobs: (() => void)[] = [];
  #isPlanned = false;

  /**
   * @param now a monotonic clock in milliseconds
   * @param budgetMs of each turn
   */
  constructor(now: () => number, budgetMs = usualBudgetMs) {
    this.#now = now;
    this.#budgetMs = budgetMs;
  }

  /** @param job must not throw */
  add(job: () => void): void {
    this.#jobs.push(job);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isPlanned = false;
    const jobs = this.#jobs;
    this.#jobs = [];
    const untilMs = this.#now() + this.#budgetMs;
    let done = 0;
    for (const job of jobs) {
      if (done > 0 && this.#now() >= untilMs) break;
      job();
      done += 1;
    }
    // What was added meanwhile comes after what waited longer.
    this.#jobs = [...jobs.slice(done), ...this.#jobs];
    if (this.#jobs.length > 0) this.#plan();
  }
}
