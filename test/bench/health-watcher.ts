/** A thread that asks for `/health` until it is told to stop, and then says how long it had to wait at most. */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const url = `${String(workerData)}/health`;
const stop = new AbortController();
parentPort?.once("message", () => stop.abort());
let longestMs = 0;
while (!stop.signal.aborted) {
  const startedMs = performance.now();
  await fetch(url);
  longestMs = Math.max(longestMs, performance.now() - startedMs);
  await sleep(20);
}
parentPort?.postMessage(longestMs);
