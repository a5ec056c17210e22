/**
 * What one address may read: so many answers a second, and what costs more counts for more. Whoever asks beyond it is
 * told when to come back, and the others' answers are as quick as ever.
 */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { refuse, tooManyRequests } from "./problem.ts";

export interface Askers {
  /** The client's address; nothing where it is not known, which is then not counted. */
  addressOf(request: IncomingMessage): string | undefined;
  /** Takes what an answer costs; milliseconds to wait where that is not to be had, else 0. */
  refusedForMs(share: "reads", address: string | undefined, cost: number): number;
}

/** In answers of a page or a piece of history. A search reads an index, an export a whole room. */
const costs: Readonly<Record<string, number>> = { search: 4, export: 10 };

export function limitReads(askers: Askers): RequestHandler {
  return (request, response, next) => {
    const address = askers.addressOf(request);
    const waitMs = askers.refusedForMs("reads", address, costOf(request));
    if (waitMs === 0) next();
    else refuse(request, response, tooManyRequests(waitMs));
  };
}

function costOf({ path }: Request): number {
  const what = /^\/r\/[^/]+\/([a-z]+)$/.exec(path)?.[1] ?? "";
  return costs[what] ?? 1;
}

/** At most so many at once for one address; who asks for more waits for none of them. */
export class Places {
  readonly #limit: number;
  readonly #taken = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Free again when the answer is done with, however it ends. */
  take(address: string | undefined, response: Response): boolean {
    if (address === undefined) return true;
    const taken = this.#taken.get(address) ?? 0;
    if (taken >= this.#limit) return false;
    this.#taken.set(address, taken + 1);
    response.once("close", () => {
      const left = (this.#taken.get(address) ?? 1) - 1;
      if (left > 0) this.#taken.set(address, left);
      else this.#taken.delete(address);
    });
    return true;
  }
}
