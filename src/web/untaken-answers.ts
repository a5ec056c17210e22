/**
 * Answers that their clients have not taken yet, and the memory they hold. Over the limit the oldest is cut off: it had
 * the longest to be read, so whoever reads at all is never the one.
 */
import type { Response } from "express";

const maxBytes = 64 * 1024 * 1024;

export class UntakenAnswers {
  readonly #limit: number;
  readonly #bytes = new Map<Response, number>();
  #total = 0;

  constructor(limit = maxBytes) {
    this.#limit = limit;
  }

  /** @param bytes about as much as the answer holds in memory until the kernel has taken it */
  add(response: Response, bytes: number): void {
    if (response.destroyed) return;
    this.#bytes.set(response, bytes);
    this.#total += bytes;
    response.once("close", () => this.#remove(response));
    for (const [oldest] of this.#bytes) {
      if (this.#total <= this.#limit || oldest === response) break;
      this.#remove(oldest);
      oldest.destroy();
    }
  }

  #remove(response: Response): void {
    this.#total -= this.#bytes.get(response) ?? 0;
    this.#bytes.delete(response);
  }
}
