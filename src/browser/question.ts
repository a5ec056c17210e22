/**
 * Asks the room over HTTP and holds the newest answer. Only the last question's answer counts: asking again aborts
 * the one before. What was answered stays while the next is under way, so that nothing flickers. A server that says
 * when to come back is asked again then, a few times.
 */
import { signal } from "@preact/signals";
import type { UnixMs } from "../protocol/events.ts";
import { reasonOf } from "./reason.ts";
import { texts } from "./texts/texts.ts";

const timeoutMs = 15_000;
const maxRepeats = 3;
/** Nobody watches a panel for longer. */
const maxPauseMs = 30_000;

export type Reply<Answer> =
  | { readonly state: "none" }
  | { readonly state: "answered"; readonly answer: Answer; readonly url: string }
  /** Asked again by itself at that moment. */
  | { readonly state: "waiting"; readonly until: UnixMs }
  | { readonly state: "failed"; readonly reason: string };

/** The server has no answer now, and says after what time it may. */
class NotYet extends Error {
  readonly pauseMs: number;

  constructor(message: string, pauseMs: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

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
    this.#plan(url, abort.signal, delayMs);
  }

  forget(): void {
    this.stop();
    this.reply.value = { state: "none" };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  #plan(url: string, aborted: AbortSignal, delayMs: number, repeats = 0): void {
    this.#timer = setTimeout(() => void this.#ask(url, aborted, repeats), delayMs);
  }

  async #ask(url: string, aborted: AbortSignal, repeats: number): Promise<void> {
    let reply: Reply<Answer>;
    try {
      reply = { state: "answered", answer: await this.#fetch(url, aborted), url };
    } catch (error) {
      if (aborted.aborted) return;
      // Twice as long each time: what takes long for the server is not made quicker by asking.
      const pauseMs = error instanceof NotYet ? error.pauseMs * 2 ** repeats : Infinity;
      const isWaiting = repeats < maxRepeats && pauseMs <= maxPauseMs;
      if (isWaiting) this.#plan(url, aborted, pauseMs, repeats + 1);
      reply = isWaiting
        ? { state: "waiting", until: Date.now() + pauseMs }
        : { state: "failed", reason: reasonOf(error) };
    }
    if (!aborted.aborted) this.reply.value = reply;
  }

  async #fetch(url: string, aborted: AbortSignal): Promise<Answer> {
    const signal = AbortSignal.any([aborted, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { cache: "no-cache", signal });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusalOf(response, body);
    const answer = this.#read(body);
    if (answer === undefined) throw new Error(texts.trouble.unreadable);
    return answer;
  }
}

function refusalOf({ status, headers }: Response, body: unknown): Error {
  const message = texts.trouble.problem(status, problemOf(body));
  const isForNow = status === 429 || status === 503;
  const seconds = Number(headers.get("Retry-After") ?? 0);
  // A date, or none: then nobody said that it is worth asking.
  return isForNow && seconds > 0 ? new NotYet(message, seconds * 1_000) : new Error(message);
}

/** `{"error":{"message"}}`, whose message is for a person. */
function problemOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const { error } = body;
  const isTold = typeof error === "object" && error !== null && "message" in error;
  return isTold && typeof error.message === "string" ? error.message : undefined;
}
