/**
 * Takes out what the operator does not keep: the oldest messages of a room, each with all its acts, in short steps.
 * The room remembers how far, so nobody resumes across what is gone.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq } from "../protocol/events.ts";
import { seqOf } from "./event-rows.ts";
import type { SearchIndex } from "./search-index.ts";
import { messagesPerStep, Surplus } from "./surplus.ts";
import type { PruneLimits } from "./surplus.ts";

/** In which order a shared log is to lose what was taken: what depends on something goes before it. */
const ranks = { copy: 2, act: 1, message: 0 } as const;

/** What a shared log takes out of a room. */
export interface SharedPrune {
  readonly room: string;
  readonly messages: readonly Seq[];
  readonly through: Seq;
  /** Added to a place there it is the number of the event. */
  readonly base: Seq;
}

export class Pruning {
  readonly #db: DatabaseSync;
  readonly #index: SearchIndex;
  readonly #surplus: Surplus;
  readonly #sql: ReturnType<typeof prepare>;
  #sweep: { readonly limits: PruneLimits; readonly roomId: number } | undefined;

  constructor(db: DatabaseSync, index: SearchIndex) {
    this.#db = db;
    this.#index = index;
    this.#surplus = new Surplus(db);
    this.#sql = prepare(db);
  }

  /** Begins a sweep through all rooms, to be done by `step`. */
  sweep(limits: PruneLimits): void {
    this.#sweep ??= { limits, roomId: 0 };
  }

  /** Takes a few messages out, in a transaction of its own. @returns whether the sweep goes on */
  step(): boolean {
    if (this.#sweep === undefined) return false;
    const { limits, roomId } = this.#sweep;
    for (const { id: room } of this.#surplus.roomsAfter(roomId)) {
      const surplus = this.#surplus.of(room, limits);
      if (surplus.length > 0) this.#take(room, surplus);
      // A room that gave a full step may have more to give.
      if (surplus.length === messagesPerStep) return true;
      this.#sweep = { limits, roomId: room };
      if (surplus.length > 0) return true;
    }
    const isOver = this.#sweep.roomId === roomId;
    if (isOver) this.#sweep = undefined;
    return !isOver;
  }

  /** Takes these out of a room as a shared log says, in the caller's transaction; where they are in it is remembered. */
  take({ room, messages, through, base }: SharedPrune): void {
    // Of a room that came into the log from a file nothing may be left but how far it was taken.
    this.#sql.addRoom.run(room);
    const id = this.#sql.room.get(room)?.["room_id"];
    if (typeof id !== "number") return;
    for (const message of messages) {
      this.#sql.rememberCopies.run(id, ranks.copy, message, message);
      this.#sql.rememberActs.run({ room: id, rank: ranks.act, base, message });
      this.#sql.rememberMessage.run({ room: id, rank: ranks.message, base, message });
    }
    this.#takeAll(id, messages);
    this.#sql.remember.run(through, id);
  }

  /** What comes only now of a message that was taken out of a room. */
  takeLate(room: string, place: number): void {
    this.#sql.rememberLate.run(place, ranks.copy, room);
  }

  /** These places of the shared log hold nothing any more. */
  forgetTaken(places: readonly number[]): void {
    this.#db.exec("BEGIN IMMEDIATE");
    for (const place of places) {
      this.#sql.forgetTaken.run(place);
      this.#sql.forgetCopy.run(place);
      this.#sql.forgetImported.run(place);
    }
    this.#db.exec("COMMIT");
  }

  #take(room: number, messages: readonly Seq[]): void {
    this.#db.exec("BEGIN IMMEDIATE");
    this.#takeAll(room, messages);
    this.#db.exec("COMMIT");
  }

  #takeAll(room: number, messages: readonly Seq[]): void {
    for (const message of messages) {
      this.#index.forget(message);
      // An act on a message may be younger than what is kept: who has not seen it cannot resume either.
      const last = Math.max(message, seqOf(this.#sql.lastAct.get(message)));
      this.#sql.removeActs.run(message);
      this.#sql.removeMessage.run(message);
      this.#sql.remember.run(last, room);
    }
  }
}

const placesOf = `
  INSERT OR IGNORE INTO taken (place, room_id, rank)
  SELECT coalesce(imported.place, events.seq - :base), :room, :rank FROM events LEFT JOIN imported USING (seq)`;

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    addRoom: sql("INSERT INTO rooms (name) VALUES (?) ON CONFLICT DO NOTHING"),
    room: sql("SELECT room_id FROM rooms WHERE name = ?"),
    lastAct: sql("SELECT max(seq) AS seq FROM events WHERE target = ?"),
    removeActs: sql("DELETE FROM events WHERE target = ?"),
    removeMessage: sql("DELETE FROM events WHERE seq = ?"),
    rememberLate: sql(
      "INSERT OR IGNORE INTO taken (place, room_id, rank) SELECT ?, room_id, ? FROM rooms WHERE name = ?",
    ),
    rememberCopies: sql(`
      INSERT OR IGNORE INTO taken (place, room_id, rank)
      SELECT copies.place, ?, ? FROM events JOIN copies USING (seq) WHERE events.seq = ? OR target = ?`),
    rememberActs: sql(`${placesOf} WHERE target = :message`),
    rememberMessage: sql(`${placesOf} WHERE events.seq = :message`),
    forgetTaken: sql("DELETE FROM taken WHERE place = ?"),
    forgetCopy: sql("DELETE FROM copies WHERE place = ?"),
    forgetImported: sql("DELETE FROM imported WHERE place = ?"),
    remember: sql("UPDATE rooms SET pruned_through = max(pruned_through, ?) WHERE room_id = ?"),
  };
}
