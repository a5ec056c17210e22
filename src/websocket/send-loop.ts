/**
 * Writes the same bytes to many sockets at once, through `native/send-loop.c` where it was compiled at install. Only
 * plain TCP sockets for which nothing waits are written to so; all else takes the way through Node.
 */
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";

/**
 * Bytes to each of the sockets before the first negative descriptor.
 * @param sent is told how many bytes each took
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

/** What Node keeps in a socket. Whoever asks must be ready to be told nothing. */
interface WithHandle {
  readonly _handle?: { readonly fd?: unknown; readonly constructor?: { readonly name?: unknown } } | null;
}

/** -1 for a socket that has none. It is good for this turn of the loop only: a closed one's number is given anew. */
export function descriptorOf(socket: Socket): number {
  const fd = (socket as WithHandle)._handle?.fd;
  return typeof fd === "number" ? fd : -1;
}

/** Whether what is written to it goes to the network as it is. */
export function isPlainTcp(socket: Socket): boolean {
  return (socket as WithHandle)._handle?.constructor?.name === "TCP";
}
