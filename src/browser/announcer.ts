/**
 * Tells a screen reader what others say while it is said: a few messages each in their words, a burst by its number.
 * The log itself keeps silent, or every page of history would be read out. What is told stands in a closed shadow, so
 * that searching or copying the page finds each message once.
 */
import type { MessageEvent } from "../protocol/events.ts";

const gatherMs = 700;
const forgetMs = 5_000;
/** More than these in one breath nobody can follow. */
const maxTold = 3;

export class Announcer {
  readonly #place: HTMLElement;
  readonly #inNumbers: (count: number) => string;
  #gathered: string[] = [];

  /** @param host inside of a live region */
  constructor(host: HTMLElement, inNumbers: (count: number) => string) {
    this.#place = document.createElement("div");
    this.#place.setAttribute("aria-live", "polite");
    host.attachShadow({ mode: "closed" }).append(this.#place);
    this.#inNumbers = inNumbers;
  }

  take({ name, msg }: MessageEvent): void {
    if (this.#gathered.length === 0) setTimeout(() => this.#tell(), gatherMs);
    this.#gathered.push(`${name}: ${msg}`);
  }

  #tell(): void {
    const lines = wordsFor(this.#gathered, this.#inNumbers).map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    });
    this.#gathered = [];
    this.#place.append(...lines);
    setTimeout(() => lines.forEach((line) => line.remove()), forgetMs);
  }
}

export function wordsFor(said: readonly string[], inNumbers: (count: number) => string): readonly string[] {
  return said.length > maxTold ? [inNumbers(said.length)] : said;
}
