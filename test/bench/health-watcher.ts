/**
 * A thread that asks for `/health` until it is told to stop, and then says how long it had to wait at most. As a balancer
 * does, it asks on a fresh connection each time: one that is kept never waits to be accepted behind thousands of others.
 */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const url = `${String(workerData)}/health`;
const stop = new AbortController();
parentPort?.once("message", () => stop.abort());
let longestMs = 0;
await ask();
parentPort?.postMessage("ready");
while (!stop.signal.aborted) {
  longestMs = Math.max(longestMs, await ask());
  await sleep(20);
}
parentPort?.postMessage(longestMs);

async function ask(): Promise<number> {
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    get(url, { agent: false }, (response) => void response.resume().once("end", resolve)).once(
      "error",
      reject,
    );
  });
  return performance.now() - startedMs;
}
