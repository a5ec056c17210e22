/** What the benches need of the machine: a core each for server and load, a process's memory, a C compiler. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release } from "node:os";

/** Server and load generator on the same core would measure each other. */
export const serverCore = 0;
export const loadCore = 1;

// Read before this process pins itself, after which it sees one core.
const coreCount = availableParallelism();
export const coresAreApart = coreCount > 1 && has("taskset");

/** The command, kept on one core where that is possible. */
export function onCore(core: number, command: readonly string[]): readonly [string, ...string[]] {
  const [program = "", ...rest] = command;
  return coresAreApart ? ["taskset", "-c", String(core), program, ...rest] : [program, ...rest];
}

export function pinSelf(core: number): void {
  if (coresAreApart) spawnSync("taskset", ["-cp", String(core), String(process.pid)]);
}

export function has(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

export interface Memory {
  /** All that is in memory, files included. */
  readonly rssKib: number;
  /** What the process allocated for itself. */
  readonly ownKib: number;
}

/** Linux only. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? NaN);
  return { rssKib: field("VmRSS"), ownKib: field("RssAnon") };
}

/** Which machine the figures are from, in a line. */
export function describeMachine(): string {
  const pinning = coresAreApart ? "server and load on a core each" : "server and load not kept apart";
  const model = cpus()[0]?.model ?? "unknown processor";
  return `${coreCount} cores (${model}), Linux ${release()}, Node ${process.versions.node}; ${pinning}`;
}
