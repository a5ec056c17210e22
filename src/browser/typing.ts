/** Who is typing, for as long as they keep saying so; and how often this page says it of its own person. */
import type { Uid, UnixMs } from "../protocol/events.ts";

/** How often a page says that its person types. */
const everyMs = 3_000;
/** Longer than the pause between two frames of one typist. */
const lastsMs = 6_000;

export class Typing {
  readonly #typists = new Map<Uid, { readonly name: string; readonly until: UnixMs }>();

  #saidAt: UnixMs = Number.NEGATIVE_INFINITY;

  /** Whether to say now that this page's person types; counts as said. */
  isDue(now: UnixMs): boolean {
    if (now - this.#saidAt < everyMs) return false;
    this.#saidAt = now;
    return true;
  }

  /** What was typed was sent: the next word is news. */
  said(): void {
    this.#saidAt = Number.NEGATIVE_INFINITY;
  }

  take(uid: Uid, name: string, now: UnixMs): void {
    this.#typists.set(uid, { name, until: now + lastsMs });
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
