/**
 * What one address may read: so many answers a second, and what costs more counts for more. Whoever asks beyond it is
 * told when to come back, and the others' answers are as quick as ever.
 */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { refuse, tooManyRequests, type Problem } from "./problem.ts";

export interface Askers {
  /** The client's address; nothing where it is not known, which is then not counted. */
  addressOf(request: IncomingMessage): string | undefined;
  /** Takes what an answer costs; milliseconds to wait where that is not to be had, else 0. */
  refusedForMs(share: "reads" | "refusals", address: string | undefined, cost: number): number;
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

/**
 * Whoever asks on and on, beyond what they may, is refused in a few plain bytes, before anything of the answer is
 * prepared: three hundred connections that asked for pages kept the server busy with telling them not to.
 */
export function refuseInShort(askers: Askers): RequestHandler {
  return (request, response, next) => {
    if (!isRead(request)) {
      next();
      return;
    }
    const address = askers.addressOf(request);
    const waitMs = askers.refusedForMs("reads", address, 0);
    if (waitMs === 0 || askers.refusedForMs("refusals", address, 1) === 0) next();
    else sendShort(response, tooManyRequests(waitMs));
  };
}

/** What `limitReads` counts, but for addresses that are nobody's. */
function isRead({ method, path, headers }: Request): boolean {
  const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  return (method === "GET" || method === "HEAD") && !hasBody && /^\/(?:r\/.*)?$/.test(path);
}

function sendShort(response: Response, { status, code, message, headers }: Problem): void {
  const body = JSON.stringify({ error: { code, message } });
  const type = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  response.writeHead(status, { ...headers, ...type, "Content-Length": Buffer.byteLength(body) }).end(body);
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
