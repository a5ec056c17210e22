/** Which messages of a room are over a limit, told by its file: the oldest ones, never one with an older one kept. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { seqOf, text, whole } from "./event-rows.ts";

export interface PruneLimits {
  readonly maxRoomMessages?: number;
  /** Messages from before this are too old. */
  readonly tooOldBefore?: UnixMs;
  /** Messages from this time on are never taken, whatever the other limits say. */
  readonly alwaysKeepFrom: UnixMs;
}

/** Few enough to be taken out between two commits. */
export const messagesPerStep = 50;
const roomsPerStep = 50;

export interface StoredRoom {
  readonly id: number;
  readonly name: string;
}

export class Surplus {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#sql = prepare(db);
  }

  /** The next rooms above an id. */
  roomsAfter(id: number): StoredRoom[] {
    const rows = this.#sql.rooms.all(id, roomsPerStep);
    return rows.map((row) => ({ id: whole(row, "room_id"), name: text(row, "name") }));
  }

  /** The first of them: as many as a step takes. */
  of(room: number, limits: PruneLimits): Seq[] {
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
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    rooms: sql("SELECT room_id, name FROM rooms WHERE room_id > ? ORDER BY room_id LIMIT ?"),
    beyond: sql(
      "SELECT seq FROM events WHERE room_id = ? AND type = 'msg' ORDER BY seq DESC LIMIT 1 OFFSET ?",
    ),
    oldest: sql("SELECT seq, at FROM events WHERE room_id = ? AND type = 'msg' ORDER BY seq LIMIT ?"),
  };
}
