/**
 * One process owns a data directory: an exclusive transaction on `lock.db`, held for life. The system frees it
 * however the process ends, so there is no stale lock to remove after a `kill -9`.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./data-folder.ts";
import { StartError } from "./message-log.ts";
import { reasonOf } from "./reason.ts";

const retryMs = 50;
const busy = 5;

export interface DataDirLock {
  release(): void;
}

/**
 * Makes the folder where there is none. Waits for the process before us to end, as in a rolling deploy.
 * @throws StartError when it still runs after `waitMs`
 */
export async function lockDataDir(dataDir: string, waitMs: number): Promise<DataDirLock> {
  makeDataDir(dataDir);
  const db = open(dataDir);
  const triesLeft = Math.ceil(waitMs / retryMs);
  for (let tries = 0; tries <= triesLeft; tries += 1) {
    if (tries > 0) await sleep(retryMs);
    if (tryLock(db, dataDir)) return { release: () => db.close() };
  }
  db.close();
  throw new StartError(
    `another Confab process still uses ${dataDir} after ${waitMs} ms: stop it, or choose another DATA_DIR`,
  );
}

function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
  } catch (error) {
    throw new StartError(
      `cannot make the folder ${dataDir} (${reasonOf(error)}): choose another DATA_DIR, or make it for this user`,
    );
  }
}

function open(dataDir: string): DatabaseSync {
  try {
    return new DatabaseSync(join(dataDir, "lock.db"), { timeout: 0 });
  } catch (error) {
    throw cannotLock(dataDir, error);
  }
}

function tryLock(db: DatabaseSync, dataDir: string): boolean {
  try {
    db.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    db.close();
    throw cannotLock(dataDir, error);
  }
}

function cannotLock(dataDir: string, error: unknown): StartError {
  const advice = "make room on its disk, and give the folder to the user that runs Confab (chown)";
  return new StartError(`cannot write in ${dataDir} (${reasonOf(error)}): ${advice}`);
}
