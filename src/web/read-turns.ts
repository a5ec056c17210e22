/**
 * Reads of the log that take milliseconds: one at a time, in the order they were asked for, and as long a pause after
 * each as it took. Run as they come, thirty of them kept `/health` and everybody's messages waiting for all thirty.
 */
import { setImmediate as nextLoopTurn, setTimeout as delay } from "node:timers/promises";

/** A longer pause would only make a slow disk slower. */
const longestPauseMs = 20;

export class ReadTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `read` when its turn has come. */
  async run<Result>(read: () => Result | Promise<Result>): Promise<Result> {
    const before = this.#last;
    const turn = Promise.withResolvers<undefined>();
    this.#last = turn.promise;
    await before;
    const startedMs = performance.now();
    try {
      return await read();
    } finally {
      void pause(performance.now() - startedMs).then(() => turn.resolve(undefined));
    }
  }
}

async function pause(ms: number): Promise<void> {
  if (ms < 1) await nextLoopTurn();
  else await delay(Math.min(ms, longestPauseMs));
}
