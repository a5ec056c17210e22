/** What attacks are made of: requests, frames, and connections by the hundred that begin anew when they are closed. */
import { connect, type Socket } from "node:net";
import { newKey } from "../support/client.ts";
import { frame, opcodes } from "../support/raw-peer.ts";

export interface Target {
  readonly port: number;
  /** The address of all who do not come from afar. */
  readonly from: string;
  /** Ends every attack: its sockets are destroyed. */
  readonly over: AbortSignal;
  /** How many connections or requests, of a hundred. */
  readonly percent: number;
}

export interface Attack {
  readonly name: string;
  readonly run: (target: Target) => void | Promise<void>;
}

export const upgrade = (path = "/r/fray", more = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`;
export const v1 = "Sec-WebSocket-Protocol: confab.v1\r\n";
export const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
export const say = (value: object | string): Buffer =>
  frame(opcodes.text, typeof value === "string" ? value : JSON.stringify(value));
export const hello = (): Buffer => say({ action: "hello", key: newKey() });
let refs = 0;
export const message = (words = "flood"): Buffer =>
  say({ action: "message", ref: `r${(refs += 1)}`, message: words });

export interface Manner {
  /** As whoever wants more does; else nothing is taken of what comes. */
  readonly isReading?: boolean;
  /** Each from an address of its own, so that what an address may do bounds none of it. */
  readonly isFromAfar?: boolean;
}

function open({ port, from, over }: Target, { isReading = true, isFromAfar = false }: Manner): Socket {
  const localAddress = isFromAfar ? nextAddress() : from;
  const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => socket.destroy());
  const end = (): void => void socket.destroy();
  over.addEventListener("abort", end, { once: true });
  socket.once("close", () => over.removeEventListener("abort", end));
  return isReading ? socket.resume() : socket;
}

let addresses = 0;
function nextAddress(): string {
  addresses += 1;
  return `127.9.${(addresses >> 8) % 256}.${addresses % 256}`;
}

function many({ percent }: Target, full: number): number {
  return Math.max(2, Math.round((full * percent) / 100));
}

/** Keeps so many connections open, each begun anew when it is closed. */
export function crowd(
  target: Target,
  full: number,
  begin: (socket: Socket) => void,
  manner: Manner = {},
): void {
  const one = (): void => {
    if (target.over.aborted) return;
    const socket = open(target, manner);
    socket.once("connect", () => begin(socket)).once("close", () => setTimeout(one, 20));
  };
  for (let count = many(target, full); count > 0; count -= 1) one();
}

/** Writes without end, as fast as it is taken. */
export function pour(socket: Socket, bytes: () => Buffer | string): void {
  const more = (): void => {
    for (let at = 0; at < 100 && !socket.destroyed; at += 1) if (!socket.write(bytes())) return;
    setImmediate(more);
  };
  socket.on("drain", more);
  more();
}

/** A byte at a time. */
export function drip(socket: Socket, bytes: () => string): void {
  everyMs(socket, 100, bytes);
}

/** At a person's pace. */
export function everyMs(socket: Socket, ms: number, bytes: () => Buffer | string): void {
  const timer = setInterval(() => socket.write(bytes()), ms);
  socket.once("close", () => clearInterval(timer));
}

export const flood = (name: string, connections: number, bytes: () => Buffer, more = v1): Attack => ({
  name,
  run: (target) =>
    crowd(target, connections, (socket) => {
      socket.write(upgrade("/r/fray", more));
      if (more === v1) socket.write(hello());
      pour(socket, bytes);
    }),
});

export const once = (name: string, connections: number, bytes: () => Buffer | string): Attack => ({
  name,
  run: (target) => crowd(target, connections, (socket) => void socket.write(bytes())),
});
