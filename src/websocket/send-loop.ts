/**
 * Writes the same bytes to many sockets at once, through `native/send-loops.c` where it was compiled at install. Only
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

interface Native {
  readonly sendByCalls: SendLoop;
  readonly sendByRing: SendLoop;
  /** Whether the kernel lets us: many containers forbid io_uring. */
  readonly openRing: () => boolean;
}

/**
 * The quickest of those allowed that this machine has: `ring` is one system call for many sockets, `native` one each.
 * Nothing where none was compiled, or not for this machine.
 */
export function loadSendLoop(allowed: "ring" | "native"): SendLoop | undefined {
  const native = loadNative();
  return allowed === "ring" && native?.openRing() === true ? native.sendByRing : native?.sendByCalls;
}

function loadNative(): Native | undefined {
  const require = createRequire(import.meta.url);
  try {
    return require(join(import.meta.dirname, "native/send-loops.node")) as Native;
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
