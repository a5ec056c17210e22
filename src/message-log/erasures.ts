/**
 * What of erased texts is still to go from a shared log: all that a deletion names, and what came with such a text when
 * it was erased already, as a repeat does that was long under way. Both have their numbers, so one mark tells how far.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { actOf, eventColumns, whole } from "./event-rows.ts";
import type { Row } from "./event-rows.ts";
import type { Act } from "./message-log.ts";

/** What is left of an act whose text was erased. */
export interface ErasedAct {
  readonly seq: Seq;
  readonly at: UnixMs;
  readonly act: Act;
  /** Whether it came into the shared log from a file. */
  readonly isImported: boolean;
  /** Where the shared log held its text. */
  readonly places: readonly number[];
}

export interface Erasure {
  readonly seq: Seq;
  /** What depends on something comes before it. */
  readonly acts: readonly ErasedAct[];
}

export class Erasures {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#sql = prepare(db);
  }

  /** @param base added to a place of the shared log it is the number of the event there */
  nextAfter(seq: Seq, base: Seq): Erasure | undefined {
    const row = this.#sql.next.get({ after: seq, base });
    if (row === undefined) return undefined;
    const [next, of] = [whole(row, "seq"), whole(row, "of")];
    // Only its own place: somebody may send many, each of which would else have all before it looked for.
    const late = row["place"] === null ? undefined : whole(row, "place");
    const acts = late === undefined ? this.#sql.allOf.all(of, of) : this.#sql.one.all(of);
    return { seq: next, acts: acts.map((act) => this.#erased(act, base, late)) };
  }

  #erased(row: Row, base: Seq, late: number | undefined): ErasedAct {
    const seq = whole(row, "seq");
    const isImported = row["imported_at"] !== null;
    const place = isImported ? whole(row, "imported_at") : seq - base;
    const copies = (): number[] => this.#sql.copies.all(seq).map((copy) => whole(copy, "place"));
    const places = late === undefined ? [...copies(), place] : [late];
    return { seq, at: whole(row, "at"), act: actOf(row), isImported, places };
  }
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  const select = `
    SELECT ${eventColumns}, rooms.name AS room, imported.place AS imported_at
    FROM events JOIN rooms USING (room_id) LEFT JOIN imported USING (seq) WHERE erased = 1`;
  return {
    next: sql(`
      SELECT seq, target AS of, NULL AS place FROM events WHERE type = 'delete' AND seq > :after
      UNION ALL SELECT place + :base, seq, place FROM copies JOIN events USING (seq)
      WHERE place > :after - :base AND erased = 1 ORDER BY 1 LIMIT 1`),
    allOf: sql(`${select} AND (seq = ? OR (target = ? AND type = 'edit')) ORDER BY seq DESC`),
    one: sql(`${select} AND seq = ?`),
    copies: sql("SELECT place FROM copies WHERE seq = ?"),
  };
}
