/**
 * When the next batch begins. What arrives in one turn of the loop goes together, and while messages come close to
 * each other commits keep a distance, since one costs the same whatever it holds. A lone message never waits.
 */
const distanceMs = 4;

export class BatchPace {
  readonly #begin: () => void;
  #begunMs = -Infinity;
  #isShared = false;
  #due: NodeJS.Immediate | NodeJS.Timeout | undefined;

  /** @param begin is called once for any number of requests, when the next batch may begin */
  constructor(begin: () => void) {
    this.#begin = begin;
  }

  request(): void {
    if (this.#due !== undefined) return;
    const waitMs = this.#isShared ? this.#begunMs + distanceMs - performance.now() : 0;
    const begin = (): void => {
      this.#due = undefined;
      this.#begin();
    };
    this.#due = waitMs > 0 ? setTimeout(begin, waitMs) : setImmediate(begin);
  }

  /** A batch of so many acts has begun. */
  begun(acts: number): void {
    this.#begunMs = performance.now();
    this.#isShared = acts > 1;
  }
}
