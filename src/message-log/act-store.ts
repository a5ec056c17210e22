/**
 * Decides what counts and stores it, inside the caller's transaction: one act for each (room, uid, ref) (I3),
 * edits and deletions by their message's writer only, nothing on a message that is gone.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { errorCodes } from "../protocol/error-codes.ts";
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { isOfTheRow } from "./database.ts";
import { eventColumns, eventOf, isErased, seqOf, text, whole } from "./event-rows.ts";
import type { Row } from "./event-rows.ts";
import type { Act, Outcome } from "./message-log.ts";
import { RoomIds } from "./room-ids.ts";
import type { SearchIndex } from "./search-index.ts";

/**
 * Counts the versions of the rules below and in `projection.ts`: raise it whenever the same acts come to be decided
 * otherwise. A node whose file was made by another version makes it anew of the log, so that all files are equal.
 */
export const rulesVersion = 3;

const maxReactionKinds = 20;
/** All of them are told with their message, on every page of history: more cost everybody who reads it. */
const maxReactions = 2_000;
const maxFullKnown = 1_000;

export interface TimedAct {
  readonly act: Act;
  readonly at: UnixMs;
}

/** Only what an erased text took is written, so the row keeps its size and its place: see `schema.ts`. */
const eraseSql =
  "UPDATE events SET erased = 1, msg = replace(hex(zeroblob(octet_length(msg))), '00', ' ') WHERE erased = 0";

export class ActStore {
  readonly #index: SearchIndex;
  readonly #rooms: RoomIds;
  /** Messages known to carry all the reactions they may: a crowd that gives one more is not counted through each time. */
  readonly #full = new Set<Seq>();
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync, index: SearchIndex) {
    this.#index = index;
    this.#rooms = new RoomIds(db);
    this.#sql = prepare(db);
  }

  /** @param seq its number, where a log that several nodes share gave it one; else it gets the next */
  keep({ act, at }: TimedAct, seq?: Seq): Outcome {
    if (act.type === "msg") return this.#keepMessage(act, at, seq);
    const first = this.recall(act);
    if (first !== undefined) return first;
    const code = this.#refusal(act);
    if (code !== undefined) return refused(code);
    this.#replaceEarlier(act);
    return { kept: true, seq: this.#insert(act, at, seq), at, repeat: false };
  }

  /** What became of this act when it came before, if it did. */
  recall(act: Act): Outcome | undefined {
    const room = this.#rooms.find(act.room);
    const row = room === undefined ? undefined : this.#sql.byRef.get(room, act.uid, act.ref);
    return row === undefined ? undefined : outcomeOfRepeat(act, row);
  }

  /**
   * With which number a text goes that is not kept itself: with what is kept under its room, uid and ref, or, where it
   * was to edit a message, with that. Retention may have taken the message already.
   */
  ownerOf(act: Act): Seq | "taken" | undefined {
    const id = this.#rooms.find(act.room);
    if (id === undefined) return undefined;
    const row = this.#sql.byRef.get(id, act.uid, act.ref);
    if (row !== undefined) return whole(row, "seq");
    if (act.type !== "edit") return undefined;
    if (this.#sql.message.get(act.target, id) !== undefined) return act.target;
    return act.target <= seqOf(this.#sql.prunedThrough.get(id)) ? "taken" : undefined;
  }

  /** The caller undoes what it asked to be kept: a room may be gone with it. */
  undone(): void {
    this.#rooms.forget();
    this.#full.clear();
  }

  /** Erases again what deletions name, should a text have come back, as from a copy of the file. */
  eraseDeleted(): void {
    const unerased = this.#sql.unerased.all();
    // Nobody knows whether the index has such a text, and it takes out only what it was given.
    if (unerased.length > 0) this.#index.startOver();
    for (const row of unerased) this.#erase(whole(row, "target"));
  }

  /** Whether it came before is asked only where it does not fit in: next to none did, and the index looks anyhow. */
  #keepMessage(act: Act, at: UnixMs, seq: Seq | undefined): Outcome {
    try {
      return { kept: true, seq: this.#insert(act, at, seq), at, repeat: false };
    } catch (error) {
      const first = isOfTheRow(error) ? this.recall(act) : undefined;
      if (first === undefined) throw error;
      return first;
    }
  }

  #refusal(act: Exclude<Act, { type: "msg" }>): ErrorCode | undefined {
    const target = this.#sql.message.get(act.target, this.#rooms.find(act.room) ?? null);
    if (target === undefined || isErased(target)) return "no_such_message";
    if (act.type === "react") return this.#isOneTooMany(act) ? "too_many_reactions" : undefined;
    return text(target, "uid") === act.uid ? undefined : "not_yours";
  }

  #isOneTooMany(act: Extract<Act, { type: "react" }>): boolean {
    if (!act.on || this.#sql.ownReact.get(act.target, act.emoji, act.uid) !== undefined) return false;
    if (this.#isFull(act.target)) return true;
    if (this.#sql.hasKind.get(act.target, act.emoji) !== undefined) return false;
    return whole(this.#sql.kinds.get(act.target) ?? {}, "kinds") >= maxReactionKinds;
  }

  #isFull(message: Seq): boolean {
    if (this.#full.has(message)) return true;
    if (whole(this.#sql.reacts.get(message) ?? {}, "reacts") < maxReactions) return false;
    if (this.#full.size >= maxFullKnown) this.#full.clear();
    this.#full.add(message);
    return true;
  }

  /** Acts of which nothing is left stop standing, so a page is read without walking through all that ever was. */
  #replaceEarlier(act: Exclude<Act, { type: "msg" }>): void {
    switch (act.type) {
      case "edit":
        this.#sql.replaceEdit.run(act.target);
        return;
      case "react":
        this.#full.delete(act.target);
        this.#sql.replaceReact.run(act.target, act.emoji, act.uid);
        return;
      case "delete":
        this.#erase(act.target);
    }
  }

  #erase(message: Seq): void {
    this.#index.forget(message);
    this.#sql.replaceAll.run(message);
    this.#sql.eraseMessage.run(message);
    this.#sql.eraseEdits.run(message);
  }

  #insert(act: Act, at: UnixMs, seq: Seq | undefined): Seq {
    // A reaction taken back is nothing to show: it never stands.
    const stands = act.type === "react" && !act.on ? 0 : 1;
    const { lastInsertRowid } = this.#sql.insert.run(
      seq ?? null,
      this.#rooms.findOrMake(act.room),
      act.type,
      stands,
      act.uid,
      act.ref,
      at,
      act.type === "msg" ? null : act.target,
      act.type === "msg" || act.type === "edit" ? act.msg : null,
      act.type === "msg" ? act.id : null,
      act.type === "msg" || act.type === "react" ? act.name : null,
      act.type === "msg" ? (act.reply_to ?? null) : null,
      act.type === "msg" && act.bot ? 1 : null,
      act.type === "react" ? act.emoji : null,
      act.type === "react" ? Number(act.on) : null,
    );
    return Number(lastInsertRowid);
  }
}

export function refused(code: ErrorCode, message: string = errorCodes[code]): Outcome {
  return { kept: false, code, message };
}

export function isUnavailable(outcome: Outcome): boolean {
  return !outcome.kept && outcome.code === "unavailable";
}

/** @param row what is kept under the act's room, uid and ref */
export function outcomeOfRepeat(act: Act, row: Row): Outcome {
  if (!isSameAct(act, row)) return refused("ref_reused");
  return { kept: true, seq: whole(row, "seq"), at: whole(row, "at"), repeat: true };
}

/** Whether the row keeps what this act asks for. An erased text cannot be compared and counts as the same. */
function isSameAct(act: Act, row: Row): boolean {
  const kept = eventOf(row);
  switch (act.type) {
    case "msg":
      if (kept.type !== "msg") return false;
      return isErased(row) || (kept.msg === act.msg && kept.reply_to === act.reply_to);
    case "edit":
      return kept.type === "edit" && kept.target === act.target && (isErased(row) || kept.msg === act.msg);
    case "delete":
      return kept.type === "delete" && kept.target === act.target;
    case "react":
      return (
        kept.type === "react" && kept.target === act.target && kept.emoji === act.emoji && kept.on === act.on
      );
  }
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    byRef: sql(`SELECT ${eventColumns} FROM events WHERE room_id = ? AND uid = ? AND ref = ?`),
    message: sql("SELECT uid, erased FROM events WHERE seq = ? AND room_id = ? AND type = 'msg'"),
    prunedThrough: sql("SELECT pruned_through AS seq FROM rooms WHERE room_id = ?"),
    ownReact: sql(
      "SELECT 1 FROM events WHERE target = ? AND type = 'react' AND stands = 1 AND emoji = ? AND uid = ?",
    ),
    reacts: sql("SELECT count(*) AS reacts FROM events WHERE target = ? AND type = 'react' AND stands = 1"),
    hasKind: sql(
      "SELECT 1 FROM events WHERE target = ? AND type = 'react' AND stands = 1 AND emoji = ? LIMIT 1",
    ),
    kinds: sql(
      "SELECT count(DISTINCT emoji) AS kinds FROM events WHERE target = ? AND type = 'react' AND stands = 1",
    ),
    replaceEdit: sql("UPDATE events SET stands = 0 WHERE target = ? AND type = 'edit' AND stands = 1"),
    replaceReact: sql(
      "UPDATE events SET stands = 0 WHERE target = ? AND type = 'react' AND stands = 1 AND emoji = ? AND uid = ?",
    ),
    replaceAll: sql("UPDATE events SET stands = 0 WHERE target = ? AND type <> 'delete'"),
    eraseMessage: sql(`${eraseSql} AND seq = ? AND type = 'msg'`),
    eraseEdits: sql(`${eraseSql} AND target = ? AND type = 'edit'`),
    unerased: sql(`
      SELECT d.target FROM events d JOIN events m ON m.seq = d.target
      WHERE d.type = 'delete' AND m.erased = 0`),
    insert: sql(`
      INSERT INTO events
        (seq, room_id, type, stands, uid, ref, at, target, msg, id, name, reply_to, is_bot, emoji, is_on)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  };
}
