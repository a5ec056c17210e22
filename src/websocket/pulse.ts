/** Beats for all heartbeats by one timer: one of its own would cost each connection 400 bytes. */
import type { Heartbeat } from "./heartbeat.ts";

/** So many beats an interval, each for its part of the connections: their pings go out spread over it. */
const parts = 16;

export class Pulse {
  readonly #intervalMs: number;
  readonly #parts = Array.from({ length: parts }, () => new Set<Heartbeat>());
  #latest = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param intervalMs between two beats of the same heartbeat */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Its first beat comes when most of an interval has passed, or all of it. */
  start(heartbeat: Heartbeat): void {
    this.#parts[this.#latest]?.add(heartbeat);
    this.#timer ??= setInterval(() => this.#beat(), this.#intervalMs / parts).unref();
  }

  stop(heartbeat: Heartbeat): void {
    for (const part of this.#parts) part.delete(heartbeat);
    if (this.#parts.some((part) => part.size > 0)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    this.#latest = (this.#latest + 1) % parts;
    for (const heartbeat of this.#parts[this.#latest] ?? []) {
      if (heartbeat.beat() === "gone") this.stop(heartbeat);
    }
  }
}
