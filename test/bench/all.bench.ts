/**
 * What `npm run bench` runs: fan-out beside its peers, what is promised of small, large and sleeping rooms, and everybody
 * back after a restart, in about eleven minutes. With `--readme` the figures are written into README.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./support.ts";
import { writeReadme } from "./table.ts";

const benches = ["fan-out", "promises", "resume"];
const root = join(import.meta.dirname, "../..");

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
}

if (!existsSync(join(root, "static/app/manifest.json"))) run("npm", ["run", "--silent", "build"]);
const folder = temporaryFolder();
const part = join(folder.path, "part.md");
try {
  for (const bench of benches) {
    run(process.execPath, [join(import.meta.dirname, `${bench}.bench.ts`)], { BENCH_PART: part });
  }
  if (process.argv.includes("--readme")) {
    writeReadme(readFileSync(part, "utf8").trim());
    run("npx", ["prettier", "--write", "README.md"]);
  }
} finally {
  folder.remove();
}
