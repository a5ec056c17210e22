/** The disk is full for a while: nothing is promised that cannot be kept, reading goes on, and it recovers by itself. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect, newKey } from "../support/client.ts";
import { Crowd } from "../support/crowd.ts";
import { everyMessage } from "../support/events-pages.ts";
import { spawnServer, type ServerProcess } from "../support/server.ts";

const retryMs = 50;

/** A disk of its own, small enough to be filled. Nothing, and the test skipped, where it cannot be mounted. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "confab-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]);
  t.after(() => {
    if (status === 0) spawnSync("umount", ["--lazy", folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip("a small disk can be mounted by root only");
  return undefined;
}

/** Takes what is left, also while others write. */
function fill(file: string): void {
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

async function untilHealth(server: ServerProcess, path: string, status: number): Promise<{ status: string }> {
  for (;;) {
    const answer = await fetch(`${server.url}${path}`);
    if (answer.status === status) return (await answer.json()) as { status: string };
    await delay(retryMs);
  }
}

test("a full disk refuses what it cannot keep, reading goes on, and all that waited arrives once there is room", async (t) => {
  const dataDir = smallDisk(t);
  if (dataDir === undefined) return;
  const server = await spawnServer(t, { DATA_DIR: dataDir });
  const crowd = new Crowd(t, { server: () => server.url, writers: 3, readers: 3, padding: ".".repeat(500) });
  crowd.start();
  const ballast = join(dataDir, "ballast");
  for (let round = 0; round < 2; round += 1) {
    await crowd.acknowledgements(200);
    fill(ballast);
    await untilHealth(server, "/health/ready", 503);
    const health = await untilHealth(server, "/health", 200);
    assert.equal(health.status, "degraded");

    const reader = await connect(server.socket(), { since: 0, key: newKey() });
    assert.equal(reader.welcome.resumed, true, "people still come in and read");
    await reader.until("msg");
    reader.send({ action: "message", ref: `probe-${round}`, message: "?" });
    assert.equal((await reader.until("error")).code, "unavailable");
    await reader.close();
    const kept = new Set((await everyMessage(server.url, "lobby")).map(({ ref }) => ref));
    assert(crowd.ledger.acknowledgedRefs().every((ref) => kept.has(ref)));

    rmSync(ballast);
    await untilHealth(server, "/health/ready", 200);
  }
  await crowd.acknowledgements(200);
  await crowd.settle();
});
