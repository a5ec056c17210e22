/**
 * Makes this node's file of the records of a shared log, inside the caller's transaction: a pure function of them, so
 * every node has the same file. How far it came is in the file, so nothing is applied twice and nothing left out.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { Epoch, Seq } from "../protocol/events.ts";
import { eventOfAct } from "./act-events.ts";
import { refused, rulesVersion } from "./act-store.ts";
import type { TimedAct } from "./act-store.ts";
import { text, whole } from "./event-rows.ts";
import { decodeRecord } from "./log-record.ts";
import type { LogRecord, Placed } from "./log-record.ts";
import { isNew } from "./message-log.ts";
import type { Act, Outcome, RoomEvent } from "./message-log.ts";
import type { SharedPrune } from "./pruning.ts";

/** How far a file follows its log. */
export interface Followed {
  /** The last place applied. */
  readonly place: number;
  /** Added to a place it is the number of the event there. */
  readonly base: Seq;
  /** Empty before the log has one. */
  readonly epoch: Epoch;
  /** Checksum of the record there: another one there now means that the log is not the one it was. */
  readonly record: number;
  /** The last place with what is not kept itself and is to go, at once or with something that is. */
  readonly repeated: number;
  /** Of texts erased up to this number nothing is left in the log. */
  readonly erasedThrough: Seq;
  /** The version of the rules that made the file; 0 if nobody knows. */
  readonly rules: number;
}

/** What a batch of records became. */
export interface Applied {
  /** Of the own ones, in their order. */
  readonly outcomes: Outcome[];
  readonly events: RoomEvent[];
}

export interface Deciding {
  readonly keep: (timed: TimedAct, seq: Seq) => Outcome;
  readonly recall: (timed: TimedAct) => Outcome | undefined;
  /** With which number the text of an act that is not kept itself is to go; or now, with what retention took before. */
  readonly belongsTo: (timed: TimedAct) => Seq | "taken" | undefined;
  readonly prune: (prune: SharedPrune) => void;
  /** One more record that is to go from the log. */
  readonly take: (room: string, place: number) => void;
}

export class Projection {
  readonly #deciding: Deciding;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync, deciding: Deciding) {
    this.#deciding = deciding;
    this.#sql = prepare(db);
  }

  get followed(): Followed {
    const row = this.#sql.followed.get() ?? {};
    const marked = (name: string): number => (row[name] === null ? 0 : whole(row, name));
    return {
      place: marked("place"),
      base: marked("base"),
      epoch: row["epoch"] === null ? "" : text(row, "epoch"),
      record: marked("record"),
      repeated: marked("repeated"),
      erasedThrough: marked("erased"),
      rules: marked("rules"),
    };
  }

  /** What is applied to an empty file is decided by the present rules, as all that follows. */
  begin(): void {
    this.#sql.setRules.run(rulesVersion);
  }

  /** Of texts erased up to this number nothing is left in the log. */
  rememberErased(through: Seq): void {
    this.#sql.setMark.run("erased", through);
  }

  apply(batch: readonly Placed[]): Applied {
    let { place: through, base } = this.followed;
    const outcomes: Outcome[] = [];
    const events: RoomEvent[] = [];
    let last: string | undefined;
    for (const { place, text, isOwn } of batch) {
      const record = decodeRecord(text);
      const isNew = place > through;
      const outcome = isNew ? this.#apply(record, place, base) : this.#again(record);
      const event = isNew && isOfAct(record) ? eventOfAct(record, outcome) : undefined;
      if (event !== undefined) events.push(event);
      if (isOwn) outcomes.push(outcome ?? refused("unavailable"));
      if (isNew && record?.type === "base") base = record.seq;
      if (isNew) last = text;
      through = Math.max(through, place);
    }
    if (last !== undefined) this.#sql.setPlace.run(through, crc32(last));
    return { outcomes, events };
  }

  #apply(record: LogRecord | undefined, place: number, base: Seq): Outcome | undefined {
    switch (record?.type) {
      case "act":
        return this.#keep(record, place, base);
      case "imported":
        return this.#import(record, place);
      case "prune":
        this.#prune({ through: 0, ...record, base });
        return undefined;
      case "epoch":
        this.#sql.endEpochs.run(record.through);
        this.#sql.beginEpoch.run(record.epoch, place);
        return undefined;
      case "base":
        this.#sql.setMark.run("base", record.seq);
        // The file's last number may be of a message that is gone.
        this.#raiseNumbers(record.seq);
        for (const [epoch, last] of record.epochs) this.#sql.pastEpoch.run(epoch, last);
        return undefined;
      case "erased":
      case undefined:
        return undefined;
    }
  }

  #keep(timed: TimedAct, place: number, base: Seq): Outcome {
    const outcome = this.#deciding.keep(timed, base + place);
    if (isNew(outcome)) return outcome;
    // Where a first is taken out of the log this one must go too: a node that replays would keep it instead.
    const owner = this.#deciding.belongsTo(timed);
    if (owner === "taken") this.#deciding.take(timed.act.room, place);
    else if (owner !== undefined) this.#sql.copy.run(place, owner);
    return outcome;
  }

  #prune(prune: SharedPrune): void {
    // A node that replays may find nothing of them in the log any more.
    this.#raiseNumbers(Math.max(prune.through, ...prune.messages));
    this.#deciding.prune(prune);
  }

  #raiseNumbers(to: Seq): void {
    this.#sql.beginNumbers.run();
    this.#sql.raiseNumbers.run(to);
  }

  #import(record: Extract<LogRecord, { type: "imported" }>, place: number): Outcome {
    const outcome = this.#deciding.keep(record, record.seq);
    if (isNew(outcome)) this.#sql.rememberPlace.run(record.seq, place);
    // What the file had erased came without its text.
    if (record.act.type === "delete") this.rememberErased(record.seq);
    return outcome;
  }

  /** What became of it when it was applied, as after a commit of which nobody knew whether it happened. */
  #again(record: LogRecord | undefined): Outcome | undefined {
    const outcome = record?.type === "act" ? this.#deciding.recall(record) : undefined;
    return outcome?.kept ? { ...outcome, repeat: false } : outcome;
  }
}

function isOfAct(record: LogRecord | undefined): record is Extract<LogRecord, { act: Act }> {
  return record !== undefined && "act" in record;
}

const replacing = "ON CONFLICT DO UPDATE SET value = excluded.value";
const marks = ["place", "base", "record", "erased", "rules"].map(
  (name) => `(SELECT value FROM marks WHERE name = '${name}') AS ${name}`,
);

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    followed: sql(`
      SELECT ${marks.join(", ")},
        (SELECT max(place) FROM (SELECT max(place) AS place FROM copies UNION ALL SELECT max(place) FROM taken)) AS repeated,
        (SELECT epoch FROM epochs WHERE last_seq IS NULL) AS epoch`),
    setPlace: sql(`INSERT INTO marks VALUES ('place', ?), ('record', ?) ${replacing}`),
    setRules: sql(`
      INSERT INTO marks SELECT 'rules', ? WHERE NOT EXISTS (SELECT 1 FROM marks WHERE name = 'place') ${replacing}`),
    setMark: sql(`INSERT INTO marks VALUES (?, ?) ${replacing}`),
    rememberPlace: sql("INSERT OR REPLACE INTO imported VALUES (?, ?)"),
    copy: sql("INSERT OR REPLACE INTO copies VALUES (?, ?)"),
    beginNumbers: sql(`
      INSERT INTO sqlite_sequence (name, seq) SELECT 'events', 0
      WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'events')`),
    raiseNumbers: sql("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'events'"),
    endEpochs: sql("UPDATE epochs SET last_seq = ? WHERE last_seq IS NULL"),
    beginEpoch: sql("INSERT INTO epochs (epoch, begun) VALUES (?, ?) ON CONFLICT DO NOTHING"),
    pastEpoch: sql("INSERT INTO epochs (epoch, begun, last_seq) VALUES (?, 0, ?) ON CONFLICT DO NOTHING"),
  };
}
