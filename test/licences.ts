/**
 * Whose work is in here and on what terms: every package a server installs, and every one that is built into the page.
 * Run (`npm run licences`), it prints the list and writes the page's notices to `static/licences.txt`, for readers.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
}

const root = join(import.meta.dirname, "..");
export const noticesFile = join(root, "static", "licences.txt");

/** Terms that ask for a notice at most. */
export const allowedLicences = new Set([
  "MIT",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "Unlicense",
  "CC0-1.0",
]);

/** By its folder, as npm locked it; ours is not among them. */
export function lockedPackages(): ReadonlyMap<string, Locked> {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, Locked>>;
  };
  return new Map(Object.entries(lock.packages).filter(([folder]) => folder !== ""));
}

/** What `npm install --omit=dev` brings. */
export function productionPackages(): Licensed[] {
  return [...lockedPackages()]
    .filter(([, { dev }]) => dev !== true)
    .map(([folder, locked]) => licensed(folder, locked));
}

/** What the page is made of beside our own files, as the bundler sees it. */
export async function pagePackages(): Promise<Licensed[]> {
  const { metafile } = await build({
    entryPoints: ["browser/page.tsx", "service-worker/service-worker.ts"].map((file) =>
      join(root, "src", file),
    ),
    ...{ bundle: true, write: false, metafile: true, outdir: root, absWorkingDir: root, logLevel: "silent" },
    ...{ jsx: "automatic", jsxImportSource: "preact", format: "esm", target: "es2022" },
  });
  const folder = /(?:^|\/)(node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const folders = new Set(Object.keys(metafile.inputs).map((path) => folder.exec(path)?.[1]));
  // The build writes its data into the page: no file of it is bundled.
  folders.add("node_modules/emojibase-data");
  const locked = lockedPackages();
  return [...folders].flatMap((path) => (path === undefined ? [] : [licensed(path, locked.get(path) ?? {})]));
}

function licensed(folder: string, { version = "?", license = "none stated" }: Locked): Licensed {
  return { name: folder.replace(/^.*node_modules\//, ""), version, licence: license };
}

/** The notices that the licences of what is in the page ask for. */
export function notices(packages: readonly Licensed[]): string {
  const parts = packages
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, licence }) => `${name} ${version} (${licence})\n\n${licenceText(name)}`);
  return `The page of this chat has the work of others in it. Their terms:\n\n${parts.join("\n\n----\n\n")}\n`;
}

function licenceText(name: string): string {
  const folder = join(root, "node_modules", name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.|$)/i.test(each));
  if (file === undefined) throw new Error(`${name} brings no text of its licence`);
  return readFileSync(join(folder, file), "utf8").trim();
}

if (import.meta.main) {
  const inPage = await pagePackages();
  const all = [...productionPackages(), ...inPage].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, version, licence } of all) console.log(`${licence.padEnd(14)} ${name} ${version}`);
  writeFileSync(noticesFile, notices(inPage));
}
