/** One timer for the next of several moments; setting it again forgets the moment before. */
import type { UnixMs } from "../protocol/events.ts";

export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  set(now: UnixMs, moments: readonly (UnixMs | undefined)[]): void {
    this.clear();
    const next = Math.min(...moments.filter((moment) => moment !== undefined));
    // One more millisecond, since timers round down.
    if (Number.isFinite(next)) this.#timer = setTimeout(this.#ring, Math.max(0, next - now) + 1);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
