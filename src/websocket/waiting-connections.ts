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
  /**
   * Who came so lately is not closed, up to `crowd` times a limit: when thousands come back at once, as behind a
   * proxy, they are accepted by the thousand before the first of them is read.
   */
  readonly graceMs: number;
}

export const usualWaiting: WaitingLimits = { silentPerAddress: 1_000, inAll: 4_000, graceMs: 1_000 };
const crowd = 10;
/**
 * Time is told by so many beats a grace: while the event loop is held up, for a second and more where thousands come in
 * at once, none passes, since nobody was read meanwhile.
 */
const beatsOfGrace = 10;

export function limitWaiting(server: Server, limits: WaitingLimits): void {
  const waiting = new Waiting(limits);
  const beating = setInterval(() => waiting.beat(), limits.graceMs / beatsOfGrace).unref();
  server.on("close", () => clearInterval(beating));
  // One function for all: of its own, each connection would keep it for as long as it lives.
  const leave = function (this: Socket): void {
    waiting.leave(this);
  };
  server.on("connection", (socket) => {
    waiting.come(socket);
    socket.on("close", leave);
  });
  server.on("request", ({ socket }, response) => {
    waiting.ask(socket);
    response.once("close", () => waiting.answered(socket));
  });
  server.on("upgrade", ({ socket }) => waiting.leave(socket));
}

class Waiting {
  readonly #limits: WaitingLimits;
  #beats = 0;
  /** Since which beat each waits, in the order in which they began to. */
  readonly #all = new Map<Socket, number>();
  readonly #silent = new Map<string, Map<Socket, number>>();
  readonly #addresses = new WeakMap<Socket, string>();
  readonly #unanswered = new WeakMap<Socket, number>();

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  beat(): void {
    this.#beats += 1;
  }

  come(socket: Socket): void {
    // A proxy speaks for many, but what it opens it uses at once: it waits no longer than any crowd.
    const address = limitKey(socket.remoteAddress ?? "");
    this.#addresses.set(socket, address);
    this.#all.set(socket, this.#beats);
    const silent = (this.#silent.get(address) ?? new Map<Socket, number>()).set(socket, this.#beats);
    this.#silent.set(address, silent);
    this.#closeOldest(silent, this.#limits.silentPerAddress);
    this.#closeOldest(this.#all, this.#limits.inAll);
  }

  ask(socket: Socket): void {
    this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 0) + 1);
    this.leave(socket);
  }

  answered(socket: Socket): void {
    const left = (this.#unanswered.get(socket) ?? 1) - 1;
    this.#unanswered.set(socket, left);
    if (left === 0 && !socket.destroyed) this.#all.set(socket, this.#beats);
  }

  leave(socket: Socket): void {
    this.#all.delete(socket);
    const address = this.#addresses.get(socket) ?? "";
    const silent = this.#silent.get(address);
    silent?.delete(socket);
    if (silent?.size === 0) this.#silent.delete(address);
  }

  #closeOldest(sockets: ReadonlyMap<Socket, number>, limit: number): void {
    const [oldest] = sockets;
    if (sockets.size <= limit || oldest === undefined) return;
    const [socket, since] = oldest;
    const isNew = this.#limits.graceMs > 0 && this.#beats - since < beatsOfGrace;
    if (isNew && sockets.size <= crowd * limit) return;
    this.leave(socket);
    socket.destroy();
  }
}
