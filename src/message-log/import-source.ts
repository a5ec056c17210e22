/**
 * One node's file as the records of a shared log: the same ones, in the same order, as often as they are read. It only
 * reads; whoever reads holds the folder's lock, so nothing changes meanwhile.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Epoch, Seq } from "../protocol/events.ts";
import { openForReading, pragma } from "./database.ts";
import { seqOf, text, whole } from "./event-rows.ts";
import type { LogRecord } from "./log-record.ts";
import { LogReader } from "./log-reader.ts";
import { StartError } from "./message-log.ts";
import { reasonOf } from "./reason.ts";
import { applicationId, migrations } from "./schema.ts";

const actsPerStep = 1_000;

export class ImportSource {
  readonly base: Extract<LogRecord, { type: "base" }>;
  /** How many records there are, the first included. */
  readonly count: number;
  readonly #reader: LogReader;
  readonly #taken: readonly LogRecord[];

  /** @throws StartError when there is nothing to import, or the file is not ours to read */
  constructor(dataDir: string, fingerprint: string) {
    const path = join(dataDir, "confab.db");
    if (!existsSync(path)) throw new StartError(`there is no ${path}: nothing was kept here yet`);
    const db = openForReading(path);
    try {
      refuseForeign(db, path);
      const seq = seqOf(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'").get());
      if (seq === 0) throw new StartError(`${path} is empty: nodes can begin without it`);
      this.base = { type: "base", seq, epochs: epochsOf(db, seq), fingerprint };
      this.#taken = takenOf(db);
      const { events } = db.prepare("SELECT count(*) AS events FROM events").get() ?? {};
      this.count = 1 + this.#taken.length + Number(events);
    } catch (error) {
      throw error instanceof StartError ? error : new StartError(`cannot read ${path}: ${reasonOf(error)}`);
    } finally {
      db.close();
    }
    this.#reader = new LogReader(path);
  }

  /** All but the first `skipped` of them. A deleted text is the spaces that the file has in its place. */
  *records(skipped: number): Generator<LogRecord> {
    let index = 0;
    for (const record of this.#all()) {
      if (index >= skipped) yield record;
      index += 1;
    }
  }

  close(): void {
    this.#reader.close();
  }

  *#all(): Generator<LogRecord> {
    yield this.base;
    yield* this.#taken;
    let after = 0;
    for (;;) {
      const acts = this.#reader.actsAfter(after, actsPerStep);
      for (const { seq, act, at } of acts) yield { type: "imported", seq, act, at };
      const last = acts.at(-1);
      if (last === undefined) return;
      after = last.seq;
    }
  }
}

function refuseForeign(db: DatabaseSync, path: string): void {
  if (pragma(db, "application_id") !== applicationId) {
    throw new StartError(`${path} is another program's database`);
  }
  const version = pragma(db, "user_version");
  if (version > migrations.length)
    throw new StartError(`${path} was written by a newer version: update Confab`);
  if (version < migrations.length) {
    throw new StartError(`${path} was written by an older version: start and stop a server with it once`);
  }
}

/** The present one ends here. */
function epochsOf(db: DatabaseSync, last: Seq): (readonly [Epoch, Seq])[] {
  const rows = db
    .prepare("SELECT epoch, coalesce(last_seq, ?) AS last FROM epochs ORDER BY begun, epoch")
    .all(last);
  return rows.map((row) => [text(row, "epoch"), whole(row, "last")]);
}

/** How far retention took each room. */
function takenOf(db: DatabaseSync): LogRecord[] {
  const rows = db
    .prepare("SELECT name, pruned_through FROM rooms WHERE pruned_through > 0 ORDER BY name")
    .all();
  return rows.map((row) => {
    const through = whole(row, "pruned_through");
    return { type: "prune", room: text(row, "name"), messages: [], through };
  });
}
