/**
 * Asks the room over HTTP and holds the newest answer. Only the last question's answer counts: asking again aborts
 * the one before. What was answered stays while the next is under way, so that nothing flickers.
 */
import { signal } from "@preact/signals";
import { reasonOf } from "./reason.ts";
import { texts } from "./texts/texts.ts";

const timeoutMs = 15_000;

export type Reply<Answer> =
  | { readonly state: "none" }
  | { readonly state: "answered"; readonly answer: Answer; readonly url: string }
  | { readonly state: "failed"; readonly reason: string };

export class Question<Answer> {
  readonly reply = signal<Reply<Answer>>({ state: "none" });
  readonly #read: (body: unknown) => Answer | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | undefined;

  /** @param read gives nothing for a body that is not an answer */
  constructor(read: (body: unknown) => Answer | undefined) {
    this.#read = read;
  }

  ask(url: string, delayMs = 0): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#timer = setTimeout(() => void this.#ask(url, abort.signal), delayMs);
  }

  forget(): void {
    this.stop();
    this.reply.value = { state: "none" };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  async #ask(url: string, aborted: AbortSignal): Promise<void> {
    let reply: Reply<Answer>;
    try {
      reply = { state: "answered", answer: await this.#fetch(url, aborted), url };
    } catch (error) {
      reply = { state: "failed", reason: reasonOf(error) };
    }
    if (!aborted.aborted) this.reply.value = reply;
  }

  async #fetch(url: string, aborted: AbortSignal): Promise<Answer> {
    const signal = AbortSignal.any([aborted, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { cache: "no-cache", signal });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new Error(texts.trouble.problem(response.status, problemOf(body)));
    const answer = this.#read(body);
    if (answer === undefined) throw new Error(texts.trouble.unreadable);
    return answer;
  }
}

/** `{"error":{"message"}}`, whose message is for a person. */
function problemOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const { error } = body;
  const isTold = typeof error === "object" && error !== null && "message" in error;
  return isTold && typeof error.message === "string" ? error.message : undefined;
}
