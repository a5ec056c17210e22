/** How much of a core each of several processes takes, as Linux tells it: a machine of its own would have the rest. */
import { readFileSync } from "node:fs";

const ticksPerSecond = 100;

/** By name: how much of one core each process took while the work went on, in percent. */
export async function cpuDuring<Result>(
  pids: Readonly<Record<string, number>>,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly percent: Readonly<Record<string, number>> }> {
  const before = new Map(Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)]));
  const startedMs = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  const percent = Object.entries(pids).map(([name, pid]) => {
    return [name, (100 * (cpuSecondsOf(pid) - (before.get(name) ?? 0))) / seconds] as const;
  });
  return { result, percent: Object.fromEntries(percent) };
}

/** Of all its threads; children that have ended count with it. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
}
