/**
 * A copy of the repository in which every mutant of some folders lies dormant, to be woken by its number in the
 * environment. The copy is outside node_modules, where Node would not run TypeScript.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  /** Lines and columns from 0. */
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface SourceFile {
  readonly name: string;
  readonly content: string;
  readonly mutate: true;
}

/** What is used of @stryker-mutator/instrumenter. */
interface Stryker {
  readonly Instrumenter: new (logger: object) => {
    instrument(
      files: readonly SourceFile[],
      options: object,
    ): Promise<{ readonly files: readonly SourceFile[]; readonly mutants: readonly Mutant[] }>;
  };
}

const root = join(import.meta.dirname, "../..");
const download = "@stryker-mutator/instrumenter@10.0.0";
const cacheFolder = join(root, "node_modules/.cache/mutation");

export interface Copy {
  readonly folder: string;
  readonly mutants: readonly Mutant[];
}

/**
 * Removed when the process ends.
 * @param names of source files from the root of the repository
 */
export async function copyWithMutants(names: readonly string[]): Promise<Copy> {
  const { Instrumenter } = await stryker();
  const logger = { isDebugEnabled: () => false, debug: silent, info: silent, warn: console.warn };
  const sources = names.map((name) => ({
    name,
    content: readFileSync(join(root, name), "utf8"),
    mutate: true,
  }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const { files, mutants } = await new Instrumenter(logger).instrument(sources as SourceFile[], options);
  const folder = mkdtempSync(join(tmpdir(), "confab-mutation-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["src", "test", "static", "views", "package.json", "README.md"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  return { folder, mutants };
}

/** Downloaded when first asked for: no dependency of the project. */
async function stryker(): Promise<Stryker> {
  const module = join(cacheFolder, "node_modules/@stryker-mutator/instrumenter/dist/src/index.js");
  if (!existsSync(module)) {
    mkdirSync(cacheFolder, { recursive: true });
    const flags = ["--no-save", "--no-audit", "--no-fund", "--prefix", cacheFolder];
    const { status } = spawnSync("npm", ["install", ...flags, download], { stdio: "inherit" });
    if (status !== 0) throw new Error("stryker could not be downloaded");
  }
  return (await import(pathToFileURL(module).href)) as Stryker;
}

function silent(): void {
  // What is instrumented is said once, at the end.
}
