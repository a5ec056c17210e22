/**
 * Writes the same bytes to many sockets at once, through `native/send-loop.c` where it was compiled at install. Only
 * plain TCP sockets for which nothing waits are written to so; all else takes the way through Node.
 */
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";

/**
 * Bytes to each of the sockets.
 * @param sent is told how many bytes each took: none where the descriptor is negative
 */
export type SendLoop = (descriptors: Int32Array, sent: Int32Array, bytes: Uint8Array) => void;

/** Nothing where it was not compiled, or not for this machine. */
export function loadSendLoop(): SendLoop | undefined {
  const require = createRequire(import.meta.url);
  try {
    return require(join(import.meta.dirname, "native/send-loop.node")) as SendLoop;
  } catch {
    // Without a C compiler, say: what it does is then done in JavaScript.
    return undefined;
  }
}

/** Node's own part of a socket, or what was found in its place: whoever asks must be ready for anything. */
export type SocketHandle = {
  readonly fd?: unknown;
  readonly constructor?: { readonly name?: unknown };
} | null;

/** Another one, or none, once the socket is closed. */
export function handleOf(socket: Socket): SocketHandle | undefined {
  return (socket as { readonly _handle?: SocketHandle })._handle;
}

/** -1 where there is none. It holds as long as the socket has this handle: a closed one's number is given anew. */
export function descriptorOf(handle: SocketHandle | undefined): number {
  const fd = handle?.fd;
  return typeof fd === "number" ? fd : -1;
}

/** Whether what is written to it goes to the network as it is. */
export function isPlainTcp(handle: SocketHandle | undefined): boolean {
  return handle?.constructor?.name === "TCP";
}
