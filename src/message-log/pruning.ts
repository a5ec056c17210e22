/**
 * Takes out what the operator does not keep: the oldest messages of a room, each with all its acts, in short steps.
 * The room remembers how far, so nobody resumes across what is gone.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { seqOf, whole } from "./event-rows.ts";
import type { SearchIndex } from "./search-index.ts";

export interface PruneLimits {
  readonly maxRoomMessages?: number;
  /** Messages from before this are too old. */
  readonly tooOldBefore?: UnixMs;
  /** Messages from this time on are never taken, whatever the other limits say. */
  readonly alwaysKeepFrom: UnixMs;
}

const messagesPerStep = 50;
const roomsPerStep = 50;

export class Pruning {
  readonly #db: DatabaseSync;
  readonly #index: SearchIndex;
  readonly #sql: ReturnType<typeof prepare>;
  #sweep: { readonly limits: PruneLimits; readonly roomId: number } | undefined;

  constructor(db: DatabaseSync, index: SearchIndex) {
    this.#db = db;
    this.#index = index;
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
    for (const row of this.#sql.rooms.all(roomId, roomsPerStep)) {
      const room = whole(row, "room_id");
      const surplus = this.#surplus(room, limits);
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

  /** Takes these out of a room, in the caller's transaction. */
  take(room: string, messages: readonly Seq[], through: Seq): void {
    // Of a room that came into the log from a file nothing may be left but how far it was taken.
    this.#sql.addRoom.run(room);
    const id = this.#sql.room.get(room)?.["room_id"];
    if (typeof id !== "number") return;
    this.#takeAll(id, messages);
    this.#sql.remember.run(through, id);
  }

  /** The oldest messages of the room that are over a limit: never one with an older one kept. */
  #surplus(room: number, limits: PruneLimits): Seq[] {
    const { maxRoomMessages, tooOldBefore = -Infinity, alwaysKeepFrom } = limits;
    const beyond = maxRoomMessages === undefined ? 0 : seqOf(this.#sql.beyond.get(room, maxRoomMessages));
    const surplus: Seq[] = [];
    for (const row of this.#sql.oldest.all(room, messagesPerStep)) {
      const seq = whole(row, "seq");
      const at = whole(row, "at");
      if (at >= alwaysKeepFrom || (seq > beyond && at >= tooOldBefore)) break;
      surplus.push(seq);
    }
    return surplus;
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

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    addRoom: sql("INSERT INTO rooms (name) VALUES (?) ON CONFLICT DO NOTHING"),
    room: sql("SELECT room_id FROM rooms WHERE name = ?"),
    rooms: sql("SELECT room_id FROM rooms WHERE room_id > ? ORDER BY room_id LIMIT ?"),
    beyond: sql(
      "SELECT seq FROM events WHERE room_id = ? AND type = 'msg' ORDER BY seq DESC LIMIT 1 OFFSET ?",
    ),
    oldest: sql("SELECT seq, at FROM events WHERE room_id = ? AND type = 'msg' ORDER BY seq LIMIT ?"),
    lastAct: sql("SELECT max(seq) AS seq FROM events WHERE target = ?"),
    removeActs: sql("DELETE FROM events WHERE target = ?"),
    removeMessage: sql("DELETE FROM events WHERE seq = ?"),
    remember: sql("UPDATE rooms SET pruned_through = max(pruned_through, ?) WHERE room_id = ?"),
  };
}
