/**
 * One process owns a data directory: an exclusive transaction on `lock.db`, held for life. The system frees it
 * however the process ends, so there is no stale lock to remove after a `kill -9`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
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
  throw new StartError(`another Confab process still uses ${dataDir} after ${waitMs} ms`);
}

function makeDataDir(dataDir: string): void {
  try {
    // What people say to each other is not for everybody on the machine.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`cannot make ${dataDir}: ${reasonOf(error)}`);
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
  return new StartError(`cannot lock ${dataDir}: ${reasonOf(error)}`);
}
