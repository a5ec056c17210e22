/**
 * What `npm test` runs: everything that has to hold, each step even when one before it failed, so that one run tells
 * all. Ends with the names of what failed and exits 1, or exits 0.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { installMissingPrograms } from "./support/programs.ts";

const root = join(import.meta.dirname, "..");
/** Only a test that would never end takes so long: power cuts by the dozen took 85 s on a machine that had more to do. */
const testTimeoutMs = 300_000;
/** A test file that leaves something open never ends by itself: then the run is cut off here, and fails. */
const runTimeoutMs = 30 * 60_000;

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const steps: readonly Step[] = [
  { name: "check types, lint and format", command: "npm", args: ["run", "--silent", "check"] },
  { name: "build the page", command: "npm", args: ["run", "--silent", "build"] },
  {
    name: "tests",
    command: process.execPath,
    args: [
      "--test",
      "--test-reporter=spec",
      `--test-concurrency=${Math.min(4, availableParallelism())}`,
      `--test-timeout=${testTimeoutMs}`,
      "test/**/*.test.ts",
    ],
  },
];

function say(line: string): void {
  console.log(`\n── ${line}`);
}

function run({ name, command, args }: Step): boolean {
  say(name);
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    timeout: runTimeoutMs,
  });
  if (error !== undefined) say(`${name}: ${error.message}`);
  else if (signal !== null) say(`${name}: ended by ${signal}`);
  return status === 0;
}

installMissingPrograms(say);
const failed = steps.filter((step) => !run(step));
say(failed.length === 0 ? "All passed" : `Failed: ${failed.map(({ name }) => name).join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
