/**
 * Loads one thing at a time: a newer load makes the answer of the one before it count for nothing. A large answer is
 * taken in steps, a frame each: drawn at once, it would hold up who scrolls or types.
 */
import { reasonOf } from "./reason.ts";

export type Loading =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly reason: string };

/** Takes a part of what came. */
export type Step = () => void;

export class Load {
  #loading: Loading = { state: "idle" };
  readonly #onChange: () => void;
  readonly #nextFrame: () => Promise<unknown>;
  /** The load whose answer counts. */
  #current = {};
  #ended: Promise<void> = Promise.resolve();

  /** @param nextFrame resolves when the page has drawn what it was told of */
  constructor(onChange: () => void, nextFrame: () => Promise<unknown>) {
    this.#onChange = onChange;
    this.#nextFrame = nextFrame;
  }

  get loading(): Loading {
    return this.#loading;
  }

  /** Resolves when the load under way has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** @param fetch gives what to do with its answer, as long as no other load replaces this one */
  run(fetch: () => Promise<readonly Step[]>): Promise<void> {
    return (this.#ended = this.#take(fetch));
  }

  async #take(fetch: () => Promise<readonly Step[]>): Promise<void> {
    const load = {};
    this.#current = load;
    this.#become({ state: "loading" });
    let outcome: Loading = { state: "idle" };
    try {
      await this.#walk(await fetch(), load);
    } catch (error) {
      outcome = { state: "failed", reason: reasonOf(error) };
    }
    if (this.#current === load) this.#become(outcome);
  }

  async #walk(steps: readonly Step[], load: object): Promise<void> {
    for (const [at, step] of steps.entries()) {
      if (at > 0) {
        this.#onChange();
        await this.#nextFrame();
      }
      if (this.#current !== load) return;
      step();
    }
  }

  #become(loading: Loading): void {
    this.#loading = loading;
    this.#onChange();
  }
}
