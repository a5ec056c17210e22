/**
 * The page's built files. Their names hold a hash of their content, so that a browser may keep them for good; the
 * manifest that the build leaves says which name is the present one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface PageAssets {
  /** The present file for a plain name such as `page.js`. */
  readonly present: (name: string) => string;
  /** What to send for a requested file name, or nothing if no build ever made it. */
  readonly find: (fileName: string) => Found | undefined;
}

interface Found {
  readonly fileName: string;
  /** The name asked for carries the hash of what is sent. */
  readonly isExact: boolean;
}

/** As esbuild writes `[name]-[hash]`; a source map ends in `.js.map`. */
const hashedName = /^([\w.-]+)-[A-Z0-9]{8}((?:\.[a-z]+)+)$/;

/** @throws Error saying how to build when there is no build */
export function readPageAssets(staticDir: string): PageAssets {
  const manifest = readManifest(join(staticDir, "app", "manifest.json"));
  const present = (name: string): string => {
    const fileName = manifest.get(name);
    if (fileName === undefined) throw new Error(`The page's build has no ${name}: run "npm run build"`);
    return fileName;
  };
  const find = (fileName: string): Found | undefined => {
    const [, name, extension] = hashedName.exec(fileName) ?? [];
    if (name === undefined || extension === undefined) return undefined;
    const known = manifest.get(withoutMap(name + extension));
    if (known === undefined) return undefined;
    const sent = extension.endsWith(".map") ? `${known}.map` : known;
    return { fileName: sent, isExact: sent === fileName };
  };
  return { present, find };
}

function withoutMap(name: string): string {
  return name.replace(/\.map$/, "");
}

function readManifest(path: string): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`The page is not built, ${path} cannot be read: run "npm run build"`, { cause });
  }
  const entries = Object.entries(parsed ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return new Map(entries);
}
