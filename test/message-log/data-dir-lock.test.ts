import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockDataDir } from "../../src/message-log/data-dir-lock.ts";
import { StartError } from "../../src/message-log/message-log.ts";
import { openLog, temporaryFolder } from "./opened-log.ts";

test("a second log on the same folder does not start, and says why in one line", async (t) => {
  const { dataDir } = await openLog(t);
  await assert.rejects(openLog(t, { dataDir, lockWaitMs: 60 }), (error) => {
    assert.ok(error instanceof StartError);
    assert.equal(
      error.message,
      `another Confab process still uses ${dataDir} after 60 ms: stop it, or choose another DATA_DIR`,
    );
    return true;
  });
});

test("a second log waits for the first one to close", async (t) => {
  const { log, dataDir } = await openLog(t);
  const second = openLog(t, { dataDir, lockWaitMs: 60_000 });
  await log.close();
  assert.equal((await second).log.status.state, "ok");
});

test("a process that was killed holds no lock", async (t) => {
  const dataDir = temporaryFolder(t);
  const source = join(import.meta.dirname, "../../src/message-log/data-dir-lock.ts");
  const script = `
    const { lockDataDir } = await import(${JSON.stringify(source)});
    globalThis.lock = await lockDataDir(${JSON.stringify(dataDir)}, 0);
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await assert.rejects(lockDataDir(dataDir, 0), StartError);
  child.kill("SIGKILL");
  await once(child, "exit");
  (await lockDataDir(dataDir, 0)).release();
});

test("a folder that is made is its owner's alone, one that is there stays as it is", async (t) => {
  const there = temporaryFolder(t);
  chmodSync(there, 0o755);
  for (const [dataDir, mode] of [
    [there, 0o755],
    [join(there, "made"), 0o700],
  ] as const) {
    (await lockDataDir(dataDir, 0)).release();
    assert.equal(statSync(dataDir).mode & 0o777, mode);
  }
});

test("a folder that cannot be made is told in one line", async (t) => {
  const dataDir = join(temporaryFolder(t), "a-file\0");
  await assert.rejects(openLog(t, { dataDir }), StartError);
});
