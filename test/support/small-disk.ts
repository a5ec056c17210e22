/** A disk that a test may fill. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A disk of its own, small enough to be filled. Nothing, and the test skipped, where it cannot be mounted. */
export function smallDisk(t: TestContext, size = "24m"): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "confab-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  t.after(() => {
    if (status === 0) spawnSync("umount", ["--lazy", folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip("a small disk can be mounted by root only");
  return undefined;
}

/** Takes what is left, also while others write. */
export function fillDisk(file: string): void {
  const handle = openSync(file, "w");
  const blocks = [1024 * 1024, 4096].map((bytes) => Buffer.alloc(bytes));
  for (const block of blocks) {
    let hasRoom = true;
    while (hasRoom) hasRoom = tryWrite(handle, block);
  }
  closeSync(handle);
}

function tryWrite(handle: number, block: Buffer): boolean {
  try {
    return writeSync(handle, block) === block.length;
  } catch {
    return false; // Full, which is what was wanted.
  }
}
