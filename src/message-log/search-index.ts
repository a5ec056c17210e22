/**
 * Keeps the search index in step with the messages: behind the commits, in short steps, and caught up again after
 * any stop, since the file says how far it came. It always holds the last text of a message.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq } from "../protocol/events.ts";
import { isErased, seqOf, text, whole } from "./event-rows.ts";
import type { Row } from "./event-rows.ts";
import { roomToken, spaced } from "./search-text.ts";

/**
 * Few enough that an append which arrives meanwhile waits a few milliseconds, and so many that a step's own commit costs
 * little.
 */
const eventsPerStep = 512;
const damagedIndex = 267;

export class SearchIndex {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#sql = prepare(db);
  }

  /** Takes in the next events, in a transaction of its own. @returns whether there was anything to do */
  step(): boolean {
    const through = this.#through();
    const rows = this.#sql.next.all(through, eventsPerStep);
    const last = rows.at(-1);
    if (last === undefined) return false;
    this.#db.exec("BEGIN IMMEDIATE");
    const upTo = whole(last, "seq");
    const { added, changed } = textsIn(rows);
    for (const [message, row] of added) this.#add(message, row);
    for (const message of changed) {
      this.#remove(message, through);
      this.#add(message, this.#rowAsOf(message, upTo));
    }
    this.#sql.setThrough.run(upTo);
    this.#db.exec("COMMIT");
    return true;
  }

  /** Takes a message out, in the caller's transaction and before its text is erased: the index needs its words. */
  forget(message: Seq): void {
    const through = this.#through();
    if (message <= through) this.#remove(message, through);
  }

  /** Empties the index, which `step` then fills again: for one that no longer fits the messages. */
  startOver(): void {
    this.#sql.removeAll.run();
    this.#sql.setThrough.run(0);
  }

  #add(message: Seq, row: Row | undefined): void {
    this.#tell(this.#sql.insert, message, row);
  }

  /** The index finds what to take out by the very words it was given: those of the text as of `through`. */
  #remove(message: Seq, through: Seq): void {
    this.#tell(this.#sql.remove, message, this.#rowAsOf(message, through));
  }

  /** Nothing of an erased message: it was taken out when it was erased. */
  #tell(change: StatementSync, message: Seq, row: Row | undefined): void {
    if (row === undefined || isErased(row)) return;
    change.run(message, roomToken(whole(row, "room_id")), spaced(text(row, "msg")));
  }

  #rowAsOf(message: Seq, seq: Seq): Row | undefined {
    return this.#sql.textAsOf.get(message, seq, message);
  }

  #through(): Seq {
    return seqOf(this.#sql.through.get());
  }
}

/**
 * What the next events do to texts. Of a message among them the last text is there too: to ask the file for each took
 * a fifth of the time of a step.
 */
function textsIn(rows: readonly Row[]): { added: Map<Seq, Row>; changed: Set<Seq> } {
  const added = new Map<Seq, Row>();
  const changed = new Set<Seq>();
  for (const row of rows) {
    if (row["type"] === "msg") added.set(whole(row, "seq"), row);
    if (row["type"] !== "edit") continue;
    const target = whole(row, "target");
    if (added.has(target)) added.set(target, row);
    else changed.add(target);
  }
  return { added, changed };
}

/** Whether an error says that the index, and not the file, is damaged. */
export function isIndexDamage(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === damagedIndex;
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    through: sql("SELECT value AS seq FROM marks WHERE name = 'indexed'"),
    setThrough: sql("UPDATE marks SET value = ? WHERE name = 'indexed'"),
    next: sql(
      "SELECT seq, type, target, room_id, msg, erased FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
    ),
    textAsOf: sql(`
      SELECT room_id, msg, erased FROM events WHERE seq = coalesce(
        (SELECT max(seq) FROM events WHERE target = ? AND type = 'edit' AND seq <= ?), ?)`),
    insert: sql("INSERT INTO search (rowid, room, body) VALUES (?, ?, ?)"),
    removeAll: sql("INSERT INTO search (search) VALUES ('delete-all')"),
    remove: sql("INSERT INTO search (search, rowid, room, body) VALUES ('delete', ?, ?, ?)"),
  };
}
