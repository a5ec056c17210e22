/**
 * Opens the log's file. A file that is broken, foreign or newer than this program is refused with one clear line
 * and never touched.
 */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "./message-log.ts";
import { reasonOf } from "./reason.ts";
import { applicationId, migrations } from "./schema.ts";
import { whole } from "./event-rows.ts";
import { SearchIndex } from "./search-index.ts";
import { spaced } from "./search-text.ts";

export type Sync = "full" | "normal";

/** Waiting for another connection's lock; the writer never waits long, since appends wait behind it. */
export const busyTimeoutMs = 1_000;
/** 16 MiB. A page that many messages change is copied into the file once for all of them: a sixth of the writer's work. */
const pagesPerCheckpoint = 4_000;
/** Reading a bigger file through at every start would cost more than a restart may take. */
const maxCheckedBytes = 64 * 1024 * 1024;
const sqliteErrorsOfARow = new Set([
  18 /* too big */, 19 /* constraint */, 20 /* mismatch */, 25 /* range */,
]);

/**
 * The one connection that writes. Erased text is overwritten with zeros, and nothing spills into temporary files.
 * @throws StartError
 */
export function openForWriting(path: string, sync: Sync): DatabaseSync {
  const db = connect(path, {});
  try {
    migrate(db, path);
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${sync};
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -16000;
      PRAGMA journal_size_limit = 16777216;
      PRAGMA wal_autocheckpoint = ${pagesPerCheckpoint};`);
    checkWhole(db, path);
    return db;
  } catch (error) {
    db.close();
    throw asStartError(error, path);
  }
}

export function openForReading(path: string): DatabaseSync {
  const db = connect(path, { readOnly: true });
  db.exec("PRAGMA temp_store = MEMORY");
  return db;
}

function connect(path: string, options: { readOnly?: boolean }): DatabaseSync {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { timeout: busyTimeoutMs, ...options });
  } catch (error) {
    throw asStartError(error, path);
  }
  db.function("spaced", { deterministic: true }, (body) => spaced(typeof body === "string" ? body : ""));
  return db;
}

function migrate(db: DatabaseSync, path: string): void {
  const version = pragma(db, "user_version");
  if (version > migrations.length) {
    throw new StartError(
      `${path} was written by a newer version (schema ${version}, this one knows ${migrations.length}): update Confab`,
    );
  }
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (!isEmpty && pragma(db, "application_id") !== applicationId) {
    throw new StartError(`${path} is another program's database: move it away or choose another DATA_DIR`);
  }
  for (const [done, step] of migrations.entries()) {
    if (done < version) continue;
    db.exec(
      `BEGIN; ${step} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${done + 1}; COMMIT;`,
    );
  }
}

/** A file cut short is always noticed; other damage where the file is small enough to be read through. */
function checkWhole(db: DatabaseSync, path: string): void {
  const isFlushed = emptyWal(db);
  const size = statSync(path).size;
  if (isFlushed && size < pragma(db, "page_count") * pragma(db, "page_size"))
    throw broken(path, "it was cut short");
  if (size > maxCheckedBytes) return;
  const found = db
    .prepare("PRAGMA quick_check(20)")
    .all()
    .map((row) => String(Object.values(row)[0]));
  const damage = found.filter((line) => line !== "ok");
  const [first] = damage.filter((line) => !line.startsWith("fts5:"));
  if (first !== undefined) throw broken(path, first.replaceAll("\n", " "));
  // The index can be made again from the messages, so it keeps nobody out.
  if (damage.length > 0) new SearchIndex(db).startOver();
}

/** Moves the write-ahead log into the file and empties it; not while somebody still reads from it. */
export function emptyWal(db: DatabaseSync): boolean {
  return whole(db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {}, "busy") === 0;
}

function broken(path: string, why: string): StartError {
  return new StartError(`${path} is damaged (${why}): restore it from a backup; nothing was changed`);
}

export function pragma(db: DatabaseSync, name: string): number {
  return whole(db.prepare(`PRAGMA ${name}`).get() ?? {}, name);
}

function asStartError(error: unknown, path: string): StartError {
  if (error instanceof StartError) return error;
  const reason = reasonOf(error);
  return tellsOfDamage(reason) ? broken(path, reason) : new StartError(`cannot open ${path}: ${reason}`);
}

/** Else the file may be whole, and what is around it (a full disk, say) is in the way. */
export function tellsOfDamage(reason: string): boolean {
  return /malformed|not a database|is damaged/.test(reason);
}

/** Whether this one row cannot be stored. The transaction goes on; with any other error SQLite may have ended it. */
export function isOfTheRow(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return false;
  return sqliteErrorsOfARow.has(error.errcode & 0xff);
}
