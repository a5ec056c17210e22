/** Loads one thing at a time: a newer load makes the answer of the one before it count for nothing. */
import { reasonOf } from "./reason.ts";

export type Loading =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly reason: string };

export class Load {
  #loading: Loading = { state: "idle" };
  readonly #onChange: () => void;
  /** The load whose answer counts. */
  #current = {};
  #ended: Promise<void> = Promise.resolve();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get loading(): Loading {
    return this.#loading;
  }

  /** Resolves when the load under way has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** @param fetch gives what to do with its answer, unless another load has replaced this one by then */
  run(fetch: () => Promise<() => void>): Promise<void> {
    return (this.#ended = this.#take(fetch));
  }

  async #take(fetch: () => Promise<() => void>): Promise<void> {
    const load = {};
    this.#current = load;
    this.#become({ state: "loading" });
    let outcome: Loading = { state: "idle" };
    try {
      const take = await fetch();
      if (this.#current === load) take();
    } catch (error) {
      outcome = { state: "failed", reason: reasonOf(error) };
    }
    if (this.#current === load) this.#become(outcome);
  }

  #become(loading: Loading): void {
    this.#loading = loading;
    this.#onChange();
  }
}
