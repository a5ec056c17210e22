/**
 * Pings a peer, so that a pulled cable is noticed and no proxy cuts a quiet connection (nginx and ALB: 60 s). Two
 * pings without a byte from it, or a backlog that did not move for a minute, and the peer counts as gone.
 */
import type { Caller } from "./caller.ts";

const missesUntilIdle = 2;
/** Longer than a phone needs to come out of a tunnel; its messages wait in the log, not here. */
const stalledAfterMs = 60_000;

export type Peer = Pick<Caller, "backlogBytes" | "bytesAccepted" | "bytesReceived" | "ping">;

export class Heartbeat {
  readonly #peer: Peer;
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
  constructor(peer: Peer, intervalMs: number, onIdle: () => void, now: () => number) {
    this.#peer = peer;
    this.#onIdle = onIdle;
    this.#now = now;
    this.#received = peer.bytesReceived;
    this.#accepted = peer.bytesAccepted;
    this.#movedAtMs = now();
    this.#timer = setInterval(() => this.#beat(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const hasReceived = this.#peer.bytesReceived !== this.#received;
    const hasAccepted = this.#peer.bytesAccepted !== this.#accepted;
    this.#received = this.#peer.bytesReceived;
    this.#accepted = this.#peer.bytesAccepted;
    if (hasReceived || hasAccepted) this.#movedAtMs = this.#now();
    // A peer with a backlog may be paused for reading, so its pong could not be seen.
    if (this.#peer.backlogBytes > 0) this.#watchBacklog();
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
    this.#peer.ping();
    this.#isAwaitingPong = true;
  }

  #end(): void {
    this.stop();
    this.#onIdle();
  }
}
