/**
 * Reads for the main thread: short statements run to their end on a read-only connection. Never an iterator held
 * over turns: that would freeze the view of the whole connection and stop checkpoints.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ChatEvent, Epoch, Seq, Uid, UnixMs } from "../protocol/events.ts";
import { outcomeOfRepeat } from "./act-store.ts";
import { openForReading } from "./database.ts";
import { Erasures } from "./erasures.ts";
import { actOf, eventColumns, eventOf, isErased, seqOf, text, whole } from "./event-rows.ts";
import type { Row } from "./event-rows.ts";
import type { Act, Outcome, Position } from "./message-log.ts";
import { Surplus } from "./surplus.ts";

export const maxRows = 500;
/** A page of much-reacted messages ends early: its size is bounded by what it holds, not by how many asked. */
const maxPageEvents = 2_000;

export interface Page {
  readonly events: readonly ChatEvent[];
  readonly more: boolean;
}

/** An act as it was asked for, with spaces for a text that is gone. */
export interface KeptAct {
  readonly seq: Seq;
  readonly at: UnixMs;
  readonly act: Act;
  readonly isErased: boolean;
}

/** A record of the shared log that is to go from it: retention took what it was. */
export interface TakenRecord {
  readonly place: number;
  readonly room: string;
  /** What depends on something has a higher one, and goes before it. */
  readonly rank: number;
}

export class LogReader {
  readonly surplus: Surplus;
  readonly erasures: Erasures;
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(path: string) {
    this.#db = openForReading(path);
    this.surplus = new Surplus(this.#db);
    this.erasures = new Erasures(this.#db);
    this.#sql = prepare(this.#db);
  }

  isKept(room: string, uid: Uid, ref: string): boolean {
    return this.#sql.isKept.get(room, uid, ref) !== undefined;
  }

  /** What became of this act when it came before, if it was kept. */
  recall(act: Act): Outcome | undefined {
    const row = this.#sql.byRef.get(act.room, act.uid, act.ref);
    return row === undefined ? undefined : outcomeOfRepeat(act, row);
  }

  /** @param present the log's present life, of which `head` is the last number told */
  knows(room: string, { since, epoch }: Position, present: Epoch, head: Seq): boolean {
    if (since < seqOf(this.#sql.prunedThrough.get(room))) return false;
    if (since === 0) return true;
    if (epoch === undefined) return false;
    if (epoch === present) return since <= head;
    const end = this.#sql.endOfEpoch.get(epoch);
    return end !== undefined && since <= seqOf(end);
  }

  countAfter(room: string, after: Seq, max: number): number {
    return whole(this.#sql.countAfter.get(room, after, max) ?? {}, "count");
  }

  eventsAfter(room: string, after: Seq, limit: number): ChatEvent[] {
    return this.#sql.after.all(room, after, rows(limit)).map(eventOf);
  }

  /** The newest messages below `before` and not above `head`, oldest first. */
  pageBefore(room: string, before: Seq, head: Seq, limit: number): Page {
    const newestFirst = this.#sql.messagesBefore.all(room, Math.min(before, head + 1), rows(limit) + 1);
    const { groups, more } = this.#withNetActs(newestFirst.map(eventOf), rows(limit));
    return { events: groups.reverse().flat(), more };
  }

  pageAfter(room: string, after: Seq, head: Seq, limit: number): Page {
    const oldestFirst = this.#sql.messagesAfter.all(room, after, head, rows(limit) + 1);
    const { groups, more } = this.#withNetActs(oldestFirst.map(eventOf), rows(limit));
    return { events: groups.flat(), more };
  }

  version(room: string, head: Seq): string {
    return `${seqOf(this.#sql.lastOfRoom.get(room, head))}-${seqOf(this.#sql.prunedThrough.get(room))}`;
  }

  /** Everything kept above a number, of all rooms: as it was asked for. */
  actsAfter(seq: Seq, limit: number): KeptAct[] {
    return this.#sql.actsAfter.all(seq, limit).map(keptActOf);
  }

  actAt(seq: Seq): KeptAct | undefined {
    const row = this.#sql.actAt.get(seq);
    return row === undefined ? undefined : keptActOf(row);
  }

  /** The number under which this room, uid and ref is kept. */
  seqOf({ room, uid, ref }: Pick<Act, "room" | "uid" | "ref">): Seq | undefined {
    const row = this.#sql.byRef.get(room, uid, ref);
    return row === undefined ? undefined : whole(row, "seq");
  }

  /** Those of one rank, the highest there is. */
  taken(limit: number): TakenRecord[] {
    return this.#sql.taken.all(limit).map((row) => {
      return { place: whole(row, "place"), room: text(row, "name"), rank: whole(row, "rank") };
    });
  }

  prunedThrough(room: string): Seq {
    return seqOf(this.#sql.prunedThrough.get(room));
  }

  close(): void {
    this.#db.close();
  }

  #withNetActs(messages: readonly ChatEvent[], limit: number): { groups: ChatEvent[][]; more: boolean } {
    const groups: ChatEvent[][] = [];
    let size = 0;
    for (const message of messages.slice(0, limit)) {
      if (size >= maxPageEvents) break;
      const acts = this.#sql.netActs.all(message.seq).map(eventOf);
      groups.push([message, ...acts]);
      size += 1 + acts.length;
    }
    return { groups, more: groups.length < messages.length };
  }
}

function keptActOf(row: Row): KeptAct {
  return { seq: whole(row, "seq"), at: whole(row, "at"), act: actOf(row), isErased: isErased(row) };
}

function rows(limit: number): number {
  return Math.min(limit, maxRows);
}

const room = "(SELECT room_id FROM rooms WHERE rooms.name = ?)";

/** Messages and their acts have an index each, so that every event is in one of them only: both are walked side by side. */
function ofRoom(what: string, where: string): string {
  const half = (type: string): string =>
    `SELECT ${what} FROM events WHERE room_id = (SELECT room_id FROM rooms WHERE rooms.name = ?1) AND ${type} AND ${where}`;
  return `${half("type = 'msg'")} UNION ALL ${half("type <> 'msg'")}`;
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  const select = `SELECT ${eventColumns} FROM events`;
  const selectAll = `SELECT ${eventColumns}, rooms.name AS room FROM events JOIN rooms USING (room_id)`;
  return {
    isKept: sql(`SELECT 1 FROM events WHERE room_id = ${room} AND uid = ? AND ref = ?`),
    byRef: sql(`${select} WHERE room_id = ${room} AND uid = ? AND ref = ?`),
    actsAfter: sql(`${selectAll} WHERE seq > ? ORDER BY seq LIMIT ?`),
    actAt: sql(`${selectAll} WHERE seq = ?`),
    taken: sql(`
      SELECT place, rooms.name, rank FROM taken JOIN rooms USING (room_id)
      WHERE rank = (SELECT max(rank) FROM taken) LIMIT ?`),
    prunedThrough: sql("SELECT pruned_through AS seq FROM rooms WHERE name = ?"),
    endOfEpoch: sql("SELECT last_seq AS seq FROM epochs WHERE epoch = ? AND last_seq IS NOT NULL"),
    after: sql(`${ofRoom(eventColumns, "seq > ?2")} ORDER BY seq LIMIT ?3`),
    countAfter: sql(`SELECT count(*) AS count FROM (${ofRoom("1", "seq > ?2")} LIMIT ?3)`),
    messagesBefore: sql(
      `${select} WHERE room_id = ${room} AND type = 'msg' AND seq < ? ORDER BY seq DESC LIMIT ?`,
    ),
    messagesAfter: sql(
      `${select} WHERE room_id = ${room} AND type = 'msg' AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    ),
    netActs: sql(
      `${select} WHERE target = ? AND type IN ('edit', 'delete', 'react') AND stands = 1 ORDER BY seq`,
    ),
    lastOfRoom: sql(`SELECT max(seq) AS seq FROM (${ofRoom("max(seq) AS seq", "seq <= ?2")})`),
  };
}
