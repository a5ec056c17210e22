/** A port for a server that is to come back on the same one. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Below those that systems hand out by themselves: one of these may be somebody else's while its server is down. Above
 * 10080, the last that browsers do not go to.
 */
const lowest = 11_000;
const highest = 32_000;
/** Test files run side by side: each takes its ports from rows that are its own for as long as its process lives. */
const rowLength = 50;
const rows = (highest - lowest) / rowLength;
let nextRow = process.pid % rows;
let next = 0;
let rowEnd = 0;

let taken: Promise<number> = Promise.resolve(0);

export function freePort(): Promise<number> {
  // One after another, also where several are asked for at once.
  return (taken = taken.then(takePort));
}

async function takePort(): Promise<number> {
  for (;;) {
    if (next === rowEnd) await takeRow();
    const port = next;
    next += 1;
    const server = await listenOn(port);
    if (server === undefined) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** Its first port is held, so that no other process takes the row. */
async function takeRow(): Promise<void> {
  for (;;) {
    const first = lowest + nextRow * rowLength;
    nextRow = (nextRow + 1) % rows;
    const guard = await listenOn(first);
    if (guard === undefined) continue;
    guard.unref();
    [next, rowEnd] = [first + 1, first + rowLength];
    return;
  }
}

async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch {
    return undefined; // Somebody has it.
  }
}
