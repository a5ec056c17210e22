/** Makes DATA_DIR, and the folders that lead to it. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** What people say to each other is not for everybody on the machine. */
const ownerOnly = 0o700;

/**
 * One folder after the other: told to make all of them, Node tries for ever where a file system takes none (`/proc`).
 * @throws Error where one cannot be made, or something else has its name
 */
export function makeFolder(path: string): void {
  for (const folder of missingFolders(path)) {
    try {
      mkdirSync(folder, { mode: ownerOnly });
    } catch (error) {
      // Another process of ours may have been quicker.
      if (!existsSync(folder)) throw error;
    }
  }
  if (!statSync(path).isDirectory()) throw new Error("a file has this name");
}

/** What would have to be made, from the top down. */
export function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}
