/** A port for a server that is to come back on the same one. */
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that systems hand out by themselves: one of these may be somebody else's while its server is down. Above
 * 10080, the last that browsers do not go to.
 */
const lowest = 11_000;
const highest = 32_000;
/** Test files run side by side: each begins elsewhere, and takes a few dozen at most. */
const apart = 61;
let next = lowest + ((process.pid * apart) % (highest - lowest));

export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port + 1 < highest ? port + 1 : lowest;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false; // Somebody has it.
  }
  server.close();
  await once(server, "close");
  return true;
}
