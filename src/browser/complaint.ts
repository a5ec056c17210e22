/** What the server last complained of, for as long as it takes to read. */
import type { UnixMs } from "../protocol/events.ts";

const lastsMs = 8_000;

export class Complaint {
  #words = "";
  #until: UnixMs = 0;

  say(words: string, now: UnixMs): void {
    this.#words = words;
    this.#until = now + lastsMs;
  }

  clear(): void {
    this.#words = "";
  }

  words(now: UnixMs): string {
    if (now >= this.#until) this.clear();
    return this.#words;
  }

  /** When it is over. */
  get wakeAt(): UnixMs | undefined {
    return this.#words === "" ? undefined : this.#until;
  }
}
