/**
 * Reads of the log that take milliseconds: one at a time, and as long a pause after each as it took. Run as they come,
 * thirty of them kept `/health` and everybody's messages waiting for all thirty. Addresses take turns: who asks for
 * much waits behind itself alone.
 */
import { setImmediate as nextLoopTurn, setTimeout as delay } from "node:timers/promises";
import type { Turns } from "../turns.ts";

/** A longer pause would only make a slow disk slower. */
const longestPauseMs = 20;

type Start = () => void;

export class ReadTurns {
  readonly #turns: Pick<Turns, "soon">;
  /** In the order of their turns; who had one goes to the end. */
  readonly #waiting = new Map<string, Start[]>();
  #isBusy = false;

  /** @param turns say when a read may begin */
  constructor(turns: Pick<Turns, "soon">) {
    this.#turns = turns;
  }

  /**
   * Runs `read` when its turn has come.
   * @param address of who asks
   */
  async run<Result>(address: string | undefined, read: () => Result | Promise<Result>): Promise<Result> {
    if (this.#isBusy) await this.#turn(address ?? "");
    this.#isBusy = true;
    await new Promise<void>((begin) => this.#turns.soon(begin));
    const startedMs = performance.now();
    try {
      return await read();
    } finally {
      void pause(performance.now() - startedMs).then(() => this.#next());
    }
  }

  #turn(address: string): Promise<void> {
    return new Promise((start) => {
      const others = this.#waiting.get(address);
      if (others === undefined) this.#waiting.set(address, [start]);
      else others.push(start);
    });
  }

  #next(): void {
    this.#isBusy = false;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [address, [start, ...others]] = first;
    this.#waiting.delete(address);
    if (others.length > 0) this.#waiting.set(address, others);
    // It begins in a later turn of the microtasks; who comes before that must wait for it.
    this.#isBusy = true;
    start?.();
  }
}

async function pause(ms: number): Promise<void> {
  if (ms >= 1) await delay(Math.min(ms, longestPauseMs));
  // Node counts a timer from the beginning of its turn, so one set after the read may be over before any socket is read.
  await nextLoopTurn();
}
