/** The file's number of each room, remembered: asking for it cost as much as the rest of keeping a message. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { whole } from "./event-rows.ts";

/** Beyond this all are asked for again: rooms that nobody is in any more are not remembered for good. */
const maxRemembered = 10_000;

export class RoomIds {
  readonly #known = new Map<string, number>();
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare("SELECT room_id FROM rooms WHERE name = ?");
    this.#insert = db.prepare("INSERT INTO rooms (name) VALUES (?) RETURNING room_id");
  }

  /** Nothing for a room in which nothing was ever said. */
  find(room: string): number | undefined {
    const known = this.#known.get(room);
    if (known !== undefined) return known;
    const row = this.#select.get(room);
    return row === undefined ? undefined : this.#remember(room, whole(row, "room_id"));
  }

  findOrMake(room: string): number {
    return this.find(room) ?? this.#remember(room, whole(this.#insert.get(room) ?? {}, "room_id"));
  }

  /** What was made in a transaction that is undone is there no more. */
  forget(): void {
    this.#known.clear();
  }

  #remember(room: string, id: number): number {
    if (this.#known.size >= maxRemembered) this.#known.clear();
    this.#known.set(room, id);
    return id;
  }
}
