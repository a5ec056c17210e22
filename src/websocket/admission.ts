/** How many connections there may be: in all, and from one address. */
import type { Refusal } from "./service.ts";

export interface AdmissionLimits {
  readonly maxConnections: number;
  /** 0: no limit. */
  readonly maxConnectionsPerAddress: number;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #perAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** @param address nothing where it is not known, which is then not counted per address */
  refusal(address: string | undefined): Refusal | undefined {
    if (this.#count >= this.#limits.maxConnections) {
      return { status: 503, reason: "no capacity: MAX_CONNECTIONS reached", headers: { "Retry-After": "5" } };
    }
    const { maxConnectionsPerAddress } = this.#limits;
    if (address === undefined || maxConnectionsPerAddress === 0) return undefined;
    if ((this.#perAddress.get(address) ?? 0) < maxConnectionsPerAddress) return undefined;
    const reason = "too many connections from this address: MAX_CONNECTIONS_PER_IP reached";
    return { status: 429, reason, headers: { "Retry-After": "5" } };
  }

  enter(address: string | undefined): void {
    this.#count += 1;
    if (address !== undefined) this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  leave(address: string | undefined): void {
    this.#count -= 1;
    if (address === undefined) return;
    const others = (this.#perAddress.get(address) ?? 1) - 1;
    if (others === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, others);
  }
}
