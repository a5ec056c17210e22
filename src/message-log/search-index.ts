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
    for (const message of new Set(rows.flatMap(textOfMessage))) this.#refresh(message, through, upTo);
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

  #refresh(message: Seq, through: Seq, upTo: Seq): void {
    if (message <= through) this.#remove(message, through);
    const words = this.#wordsAsOf(message, upTo);
    if (words !== undefined) this.#sql.insert.run(message, words.room, words.body);
  }

  /** The index finds what to take out by the very words it was given: those of the text as of `through`. */
  #remove(message: Seq, through: Seq): void {
    const words = this.#wordsAsOf(message, through);
    if (words !== undefined) this.#sql.remove.run(message, words.room, words.body);
  }

  /** Nothing for an erased message: it was taken out when it was erased. */
  #wordsAsOf(message: Seq, seq: Seq): { room: string; body: string } | undefined {
    const row = this.#sql.textAsOf.get(message, seq, message);
    if (row === undefined || isErased(row)) return undefined;
    return { room: roomToken(whole(row, "room_id")), body: spaced(text(row, "msg")) };
  }

  #through(): Seq {
    return seqOf(this.#sql.through.get());
  }
}

/** The message whose text an event gives or changes, if it does. */
function textOfMessage(row: Row): Seq[] {
  switch (row["type"]) {
    case "msg":
      return [whole(row, "seq")];
    case "edit":
      return [whole(row, "target")];
    default:
      return [];
  }
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
    next: sql("SELECT seq, type, target FROM events WHERE seq > ? ORDER BY seq LIMIT ?"),
    textAsOf: sql(`
      SELECT room_id, msg, erased FROM events WHERE seq = coalesce(
        (SELECT max(seq) FROM events WHERE target = ? AND type = 'edit' AND seq <= ?), ?)`),
    insert: sql("INSERT INTO search (rowid, room, body) VALUES (?, ?, ?)"),
    removeAll: sql("INSERT INTO search (search) VALUES ('delete-all')"),
    remove: sql("INSERT INTO search (search, rowid, room, body) VALUES ('delete', ?, ?, ?)"),
  };
}
