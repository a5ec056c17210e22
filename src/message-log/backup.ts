/**
 * A consistent copy of the log in one file, while a server writes to it or none does: a reader's view of one moment,
 * which holds up nobody. A copy is there whole and on the disk, or it is not there.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "../error-code.ts";
import { openForReading, openForWriting } from "./database.ts";
import { whole } from "./event-rows.ts";
import { reasonOf } from "./reason.ts";

export interface BackupReport {
  readonly bytes: number;
  readonly messages: number;
}

export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code = "backup_failed";
}

/** @throws BackupError when there is nothing to copy, `file` is there already, or the disk fails */
export function backUpLog(dataDir: string, file: string): BackupReport {
  const source = join(dataDir, "confab.db");
  if (!existsSync(source)) throw new BackupError(`there is no ${source}: nothing was kept here yet`);
  if (existsSync(file)) throw new BackupError(`${file} is there already, and is not overwritten`);
  const draft = `${file}.part`;
  try {
    claim(draft);
    copy(source, draft);
    const report = proven(draft);
    sync(draft);
    give(draft, file);
    sync(dirname(file));
    return report;
  } catch (error) {
    throw error instanceof BackupError
      ? error
      : new BackupError(`cannot back up to ${file}: ${reasonOf(error)}`);
  } finally {
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(draft + end, { force: true });
  }
}

/** For its owner's eyes, before anything is in it. What an earlier attempt left is replaced. */
function claim(draft: string): void {
  rmSync(draft, { force: true });
  closeSync(openSync(draft, "wx", 0o600));
}

/** Not page by page: it starts over whenever somebody writes, and in a busy chat would never end. */
function copy(source: string, draft: string): void {
  const db = openForReading(source);
  try {
    db.prepare("VACUUM INTO ?").run(draft);
  } finally {
    db.close();
  }
}

/** Opens the copy as a server would that is started with it. */
function proven(draft: string): BackupReport {
  const db = openForWriting(draft, "full");
  try {
    const row = db.prepare("SELECT count(*) AS count FROM events WHERE type = 'msg'").get();
    // One file, not three: without this the write-ahead log lies beside it.
    db.exec("PRAGMA journal_mode = DELETE");
    return { bytes: statSync(draft).size, messages: whole(row ?? {}, "count") };
  } finally {
    db.close();
  }
}

/** A link, unlike a rename, never replaces a file that came meanwhile. Some network disks have no links. */
function give(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (existsSync(file)) throw new BackupError(`${file} is there already, and is not overwritten`);
    if (!isWithoutLinks(error)) throw error;
    renameSync(draft, file);
  }
}

function isWithoutLinks(error: unknown): boolean {
  return ["EPERM", "ENOTSUP", "ENOSYS"].includes(codeOf(error) ?? "");
}

/** Windows cannot sync a folder and needs not. */
function sync(path: string): void {
  if (process.platform === "win32" && statSync(path).isDirectory()) return;
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
