/**
 * Where somebody comes from, and what one address may ask of us in all: new connections, frames, reads over HTTP. All of
 * it follows from how many connections an address may have; where they are not limited, nothing here is.
 */
import type { IncomingMessage } from "node:http";
import { clientAddress } from "./address.ts";
import { RateLimiter, type Rate } from "./rate-limit.ts";

export type Share = "connections" | "frames" | "reads" | "refusals";

export interface VisitorsOptions {
  readonly trustProxyHops: number;
  /** 0: no limit. */
  readonly maxConnectionsPerAddress: number;
  /** Something an operator should see; `event` names it. */
  readonly onWarning: (event: string, details: Readonly<Record<string, unknown>>) => void;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** Floods come by the thousand, and must not fill the disk with lines about them. */
const floodLineEveryMs = 10_000;

export class Visitors {
  readonly #options: VisitorsOptions;
  readonly #limiters: Readonly<Record<Share, RateLimiter>>;
  #hasWarnedOfProxy = false;
  #floods = 0;
  #nextFloodLineMs = -Infinity;

  constructor(options: VisitorsOptions) {
    const { maxConnectionsPerAddress: connections, now } = options;
    this.#options = options;
    this.#limiters = {
      // Twice in a row everybody of an address may lose their connections and come back at once.
      connections: new RateLimiter(rate(connections, 0.1, 2), now),
      frames: new RateLimiter(rate(connections, 10, 10), now),
      reads: new RateLimiter(rate(connections, 0.2, 1), now),
      // A refusal in full, a page for people, costs about as much as what was refused.
      refusals: new RateLimiter(rate(connections, 0.02, 0.1), now),
    };
  }

  /** The client's address; nothing where a proxy nobody told us of stands in front. */
  addressOf(request: IncomingMessage): string | undefined {
    const address = clientAddress(request, this.#options.trustProxyHops);
    if (address === undefined && !this.#hasWarnedOfProxy) {
      this.#hasWarnedOfProxy = true;
      const hint = "a proxy sends X-Forwarded-For but TRUST_PROXY is 0: limits per address are off behind it";
      this.#options.onWarning("proxy_not_trusted", { hint });
    }
    return address;
  }

  /**
   * Takes something from an address's share.
   * @returns milliseconds until it may be asked again; 0 where it is granted
   */
  refusedForMs(share: Share, address: string | undefined, cost = 1): number {
    if (address === undefined || address === "") return 0;
    const bucket = this.#limiters[share].bucket(address);
    const { waitMs } = bucket;
    if (waitMs === 0) bucket.take(cost);
    return waitMs;
  }

  /** A connection of this address is closed as a flood: who it is the operator can keep out before it reaches us. */
  shutOut(address: string): void {
    this.#floods += 1;
    const nowMs = this.#options.now();
    if (nowMs < this.#nextFloodLineMs) return;
    this.#nextFloodLineMs = nowMs + floodLineEveryMs;
    this.#options.onWarning("flood_closed", { address, connections: this.#floods });
    this.#floods = 0;
  }

  /** Takes what has come already, also where nothing is left: milliseconds until nothing is owed. */
  owedMs(share: Share, address: string, cost: number): number {
    if (address === "") return 0;
    const bucket = this.#limiters[share].bucket(address);
    bucket.take(cost);
    return bucket.waitMs;
  }
}

function rate(connections: number, perSecond: number, burst: number): Rate {
  if (connections === 0) return { perSecond: 0, burst: 1 };
  return { perSecond: Math.max(1, connections * perSecond), burst: Math.max(20, connections * burst) };
}
