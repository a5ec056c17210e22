/** Somebody who says one thing after the other, sends again what is refused, and knows how long the longest wait was. */
import { open } from "./support.ts";

const text = "x".repeat(120);
const againMs = 250;
const nextMs = 4;

export interface PatientWriter {
  /** What was waited before is forgotten. */
  readonly countFromNow: () => void;
  /**
   * @param hopelessMs a wait that long and still not over has no end
   * @returns the longest time without an acknowledgement, in milliseconds
   */
  readonly end: (hopelessMs: number) => number;
}

export async function patientWriter(url: string): Promise<PatientWriter> {
  let [count, lastMs, longestMs, isOver] = [0, performance.now(), 0, false];
  const say = (): void => {
    socket.send(JSON.stringify({ action: "message", ref: `g${count}`, message: text }));
  };
  const onText = (frame: string): void => {
    if (isOver) return;
    if (frame.startsWith('{"type":"error"')) setTimeout(say, againMs);
    if (!frame.startsWith('{"type":"ack"')) return;
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
    count += 1;
    setTimeout(say, nextMs);
  };
  const socket = await open(url, {}, onText);
  say();
  const end = (hopelessMs: number): number => {
    isOver = true;
    socket.terminate();
    return performance.now() - lastMs > hopelessMs ? Infinity : longestMs;
  };
  return { countFromNow: () => (longestMs = 0), end };
}
