/**
 * Looks a log's file over from beginning to end, while a server has it open or not. It only reads: it takes no lock of
 * ours, holds up nobody, and changes nothing.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openForReading, pragma, tellsOfDamage } from "./database.ts";
import { whole } from "./event-rows.ts";
import { reasonOf } from "./reason.ts";
import { applicationId, migrations } from "./schema.ts";

export type Inspection =
  | { readonly state: "absent" }
  | { readonly state: "sound"; readonly bytes: number; readonly rooms: number; readonly messages: number }
  | { readonly state: "foreign" | "newer" | "damaged" | "unreadable"; readonly details: readonly string[] };

/** What must hold in any log, and is beyond what SQLite knows of its own files. */
const promises: readonly { readonly broken: string; readonly sql: string }[] = [
  {
    broken: "numbers were given that are above the highest one remembered",
    sql: `SELECT 1 FROM (SELECT max(seq) AS top FROM events)
      WHERE top > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)`,
  },
  {
    broken: "there are events of rooms that are not there",
    sql: "SELECT 1 FROM events WHERE room_id NOT IN (SELECT room_id FROM rooms) LIMIT 1",
  },
  {
    broken: "a deleted message still has its text; the next start erases it",
    sql: `SELECT 1 FROM events d JOIN events m ON m.seq = d.target WHERE d.type = 'delete' AND m.erased = 0 LIMIT 1`,
  },
];

export function inspectLog(dataDir: string): Inspection {
  const path = join(dataDir, "confab.db");
  if (!existsSync(path)) return { state: "absent" };
  let db: DatabaseSync | undefined;
  try {
    db = openForReading(path);
    return inspect(db, path);
  } catch (error) {
    const reason = reasonOf(error);
    return { state: tellsOfDamage(reason) ? "damaged" : "unreadable", details: [reason] };
  } finally {
    db?.close();
  }
}

function inspect(db: DatabaseSync, path: string): Inspection {
  if (pragma(db, "application_id") !== applicationId) return { state: "foreign", details: [] };
  const version = pragma(db, "user_version");
  if (version > migrations.length)
    return { state: "newer", details: [`schema ${version}, this one knows ${migrations.length}`] };
  const damage = [...faultsOfFile(db), ...brokenPromises(db)];
  if (damage.length > 0) return { state: "damaged", details: damage };
  const count = (sql: string): number => whole(db.prepare(sql).get() ?? {}, "count");
  return {
    state: "sound",
    bytes: statSync(path).size,
    rooms: count("SELECT count(*) AS count FROM rooms"),
    messages: count("SELECT count(*) AS count FROM events WHERE type = 'msg'"),
  };
}

function faultsOfFile(db: DatabaseSync): string[] {
  const lines = db.prepare("PRAGMA integrity_check(5)").all();
  return lines
    .map((row) => String(Object.values(row)[0]).replaceAll("\n", " "))
    .filter((line) => line !== "ok");
}

function brokenPromises(db: DatabaseSync): string[] {
  return promises.filter(({ sql }) => db.prepare(sql).get() !== undefined).map(({ broken }) => broken);
}
