/**
 * Connections that have asked nothing yet (half-open handshakes), or nothing more: each costs a file descriptor and
 * says nothing. Over a limit the one that has waited longest is closed, never the newest: who asks at once is served.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { limitKey } from "./address.ts";

export interface WaitingLimits {
  /** Of those that never asked anything, from one address. A browser opens one or two to spare. */
  readonly silentPerAddress: number;
  readonly inAll: number;
}

export const usualWaiting: WaitingLimits = { silentPerAddress: 1_000, inAll: 4_000 };

export function limitWaiting(server: Server, limits: WaitingLimits): void {
  const waiting = new Waiting(limits);
  server.on("connection", (socket) => waiting.come(socket));
  server.on("request", ({ socket }, response) => {
    waiting.ask(socket);
    response.once("close", () => waiting.answered(socket));
  });
  server.on("upgrade", ({ socket }) => waiting.leave(socket));
}

class Waiting {
  readonly #limits: WaitingLimits;
  /** Sets keep the order in which their members came. */
  readonly #all = new Set<Socket>();
  readonly #silent = new Map<string, Set<Socket>>();
  readonly #addresses = new WeakMap<Socket, string>();
  readonly #unanswered = new WeakMap<Socket, number>();

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  come(socket: Socket): void {
    // A proxy speaks for many, but what it opens it uses at once: it never waits to ask.
    const address = limitKey(socket.remoteAddress ?? "");
    this.#addresses.set(socket, address);
    this.#all.add(socket);
    const silent = (this.#silent.get(address) ?? new Set()).add(socket);
    this.#silent.set(address, silent);
    socket.once("close", () => this.leave(socket));
    if (silent.size > this.#limits.silentPerAddress) this.#closeOldest(silent);
    if (this.#all.size > this.#limits.inAll) this.#closeOldest(this.#all);
  }

  ask(socket: Socket): void {
    this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 0) + 1);
    this.leave(socket);
  }

  answered(socket: Socket): void {
    const left = (this.#unanswered.get(socket) ?? 1) - 1;
    this.#unanswered.set(socket, left);
    if (left === 0 && !socket.destroyed) this.#all.add(socket);
  }

  leave(socket: Socket): void {
    this.#all.delete(socket);
    const address = this.#addresses.get(socket) ?? "";
    const silent = this.#silent.get(address);
    silent?.delete(socket);
    if (silent?.size === 0) this.#silent.delete(address);
  }

  #closeOldest(sockets: ReadonlySet<Socket>): void {
    const [oldest] = sockets;
    if (oldest === undefined) return;
    this.leave(oldest);
    oldest.destroy();
  }
}
