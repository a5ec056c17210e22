/**
 * Pings a peer, so that a pulled cable is noticed and no proxy cuts a quiet connection (nginx and ALB: 60 s). Two
 * pings without a byte from it, or a backlog that did not move for a minute, and the peer counts as gone.
 */
import type { Caller } from "./caller.ts";

const missesUntilIdle = 2;
/** Longer than a phone needs to come out of a tunnel; its messages wait in the log, not here. */
const stalledAfterMs = 60_000;

export class Heartbeat {
  readonly #caller: Caller;
  readonly #onIdle: () => void;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #received: number;
  #accepted: number;
  #movedAtMs: number;
  #misses = 0;
  #isAwaitingPong = false;

  /**
   * @param onIdle called once
   * @param now a monotonic clock in milliseconds
   */
  constructor(caller: Caller, intervalMs: number, onIdle: () => void, now: () => number) {
    this.#caller = caller;
    this.#onIdle = onIdle;
    this.#now = now;
    this.#received = caller.bytesReceived;
    this.#accepted = caller.bytesAccepted;
    this.#movedAtMs = now();
    this.#timer = setInterval(() => this.#beat(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const hasReceived = this.#caller.bytesReceived !== this.#received;
    const hasAccepted = this.#caller.bytesAccepted !== this.#accepted;
    this.#received = this.#caller.bytesReceived;
    this.#accepted = this.#caller.bytesAccepted;
    if (hasReceived || hasAccepted) this.#movedAtMs = this.#now();
    // A peer with a backlog may be paused for reading, so its pong could not be seen.
    if (this.#caller.backlogBytes > 0) this.#watchBacklog();
    else this.#ping(hasReceived);
  }

  #watchBacklog(): void {
    this.#isAwaitingPong = false;
    this.#misses = 0;
    if (this.#now() - this.#movedAtMs >= stalledAfterMs) this.#end();
  }

  #ping(hasReceived: boolean): void {
    this.#misses = hasReceived || !this.#isAwaitingPong ? 0 : this.#misses + 1;
    if (this.#misses >= missesUntilIdle) {
      this.#end();
      return;
    }
    this.#caller.ping();
    this.#isAwaitingPong = true;
  }

  #end(): void {
    this.stop();
    this.#onIdle();
  }
}
