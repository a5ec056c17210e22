/** Who is typing, for as long as they keep saying so. */
import type { Uid, UnixMs } from "../protocol/events.ts";

/** Longer than the pause between two frames of one typist. */
export const typingLastsMs = 6_000;
/** How often this page says that its person types. */
export const typingEveryMs = 3_000;

export class Typing {
  readonly #typists = new Map<Uid, { readonly name: string; readonly until: UnixMs }>();

  take(uid: Uid, name: string, now: UnixMs): void {
    this.#typists.set(uid, { name, until: now + typingLastsMs });
  }

  /** They said it, or left. */
  stopped(uid: Uid): void {
    this.#typists.delete(uid);
  }

  clear(): void {
    this.#typists.clear();
  }

  /** When the next of them falls silent. */
  get wakeAt(): UnixMs | undefined {
    const ends = [...this.#typists.values()].map(({ until }) => until);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  names(now: UnixMs): string[] {
    for (const [uid, { until }] of this.#typists) if (until <= now) this.#typists.delete(uid);
    return [...this.#typists.values()].map(({ name }) => name);
  }
}
