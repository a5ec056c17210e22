/**
 * Pings a peer, so that a pulled cable is noticed and no proxy cuts a quiet connection (nginx and ALB: 60 s). Two
 * pings without a byte from it, or a backlog that did not move for a minute, and the peer counts as gone.
 */
import type { Caller } from "./caller.ts";

const missesUntilIdle = 2;
/** Longer than a phone needs to come out of a tunnel; its messages wait in the log, not here. */
const stalledAfterMs = 60_000;

export type Peer = Pick<Caller, "backlogBytes" | "bytesAccepted" | "bytesReceived" | "ping">;

export interface Watcher {
  /** Called once: the peer counts as gone. */
  onIdle(): void;
}

export class Heartbeat {
  readonly #peer: Peer;
  readonly #watcher: Watcher;
  readonly #now: () => number;
  #received: number;
  #accepted: number;
  #movedAtMs: number;
  #misses = 0;
  #isAwaitingPong = false;

  /** @param now a monotonic clock in milliseconds */
  constructor(peer: Peer, watcher: Watcher, now: () => number) {
    this.#peer = peer;
    this.#watcher = watcher;
    this.#now = now;
    this.#received = peer.bytesReceived;
    this.#accepted = peer.bytesAccepted;
    this.#movedAtMs = now();
  }

  /** To be called once an interval, until it says that the peer is gone. */
  beat(): "alive" | "gone" {
    const hasReceived = this.#peer.bytesReceived !== this.#received;
    const hasAccepted = this.#peer.bytesAccepted !== this.#accepted;
    this.#received = this.#peer.bytesReceived;
    this.#accepted = this.#peer.bytesAccepted;
    if (hasReceived || hasAccepted) this.#movedAtMs = this.#now();
    // A peer with a backlog may be paused for reading, so its pong could not be seen.
    const isGone = this.#peer.backlogBytes > 0 ? this.#isStalled() : this.#isSilent(hasReceived);
    if (!isGone) return "alive";
    this.#watcher.onIdle();
    return "gone";
  }

  #isStalled(): boolean {
    this.#isAwaitingPong = false;
    this.#misses = 0;
    return this.#now() - this.#movedAtMs >= stalledAfterMs;
  }

  #isSilent(hasReceived: boolean): boolean {
    this.#misses = hasReceived || !this.#isAwaitingPong ? 0 : this.#misses + 1;
    if (this.#misses >= missesUntilIdle) return true;
    this.#peer.ping();
    this.#isAwaitingPong = true;
    return false;
  }
}
