/** Runs test files in a copy with mutants: as it is, to learn what each file reaches, or with one mutant awake. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Reached {
  readonly testFile: string;
  readonly tookMs: number;
  readonly mutants: ReadonlySet<string>;
}

export type Fate = "killed" | "timed out" | "survived" | "not reached";

const [coverageHook, reporter] = ["record-coverage.ts", "first-failure.ts"].map((name) =>
  join("test/mutation", name),
) as [string, string];
/** On top of three times what the file takes by itself: a busy machine is no reason to call a mutant caught. */
const patienceMs = 10_000;

export async function dryRun(folder: string, testFile: string): Promise<Reached> {
  const record = join(folder, "reached");
  writeFileSync(record, "");
  const startedMs = performance.now();
  const ended = await run(folder, testFile, { MUTANTS_REACHED: record }, 300_000);
  if (ended !== "passed") throw new Error(`${testFile} fails without a mutant: ${ended}`);
  const mutants = new Set(readFileSync(record, "utf8").split("\n"));
  return { testFile, tookMs: performance.now() - startedMs, mutants };
}

/** Quick files first. */
export async function tryMutant(folder: string, id: string, reached: readonly Reached[]): Promise<Fate> {
  const concerned = reached.filter(({ mutants }) => mutants.has(id));
  if (concerned.length === 0) return "not reached";
  for (const { testFile, tookMs } of concerned.toSorted((one, other) => one.tookMs - other.tookMs)) {
    const env = { __STRYKER_ACTIVE_MUTANT__: id };
    const ended = await run(folder, testFile, env, tookMs * 3 + patienceMs);
    if (ended !== "passed") return ended === "failed" ? "killed" : ended;
  }
  return "survived";
}

function run(
  folder: string,
  testFile: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<"passed" | "failed" | "timed out"> {
  const args = ["--import", `./${coverageHook}`, `--test-reporter=./${reporter}`, testFile];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: "ignore",
    detached: true,
  });
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, timeoutMs);
    child.once("exit", (code) => {
      clearTimeout(timer);
      // A test that failed leaves what it started.
      endGroup(child.pid);
      resolve(isLate ? "timed out" : code === 0 ? "passed" : "failed");
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}
