/** How far the log's feed has come, for those who have to wait until it is somewhere. */
import type { Seq } from "../protocol/events.ts";

interface Waiting {
  readonly seq: Seq;
  readonly resolve: (isThere: boolean) => void;
}

export class FeedPosition {
  readonly #waiting = new Set<Waiting>();

  /** The feed has handed this one over. */
  passed(seq: Seq): void {
    for (const each of this.#waiting) if (each.seq <= seq) each.resolve(true);
  }

  /** Whether the feed came to `seq` in time. */
  async reaches(seq: Seq, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting: Waiting = { seq, resolve };
    const timer = setTimeout(() => resolve(false), withinMs).unref();
    this.#waiting.add(waiting);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    });
  }
}
