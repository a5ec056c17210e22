/**
 * The log's file in the hands of its one writer. After a commit of which nobody can say whether it happened the file
 * decides: what it holds is read back from it.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Epoch, Seq } from "../protocol/events.ts";
import { ActStore, refused } from "./act-store.ts";
import type { TimedAct } from "./act-store.ts";
import { busyTimeoutMs, emptyWal, isOfTheRow, openForWriting } from "./database.ts";
import type { Sync } from "./database.ts";
import { eventColumns, eventOf, seqOf, text } from "./event-rows.ts";
import type { Placed } from "./log-record.ts";
import type { Outcome, RoomEvent } from "./message-log.ts";
import { Projection } from "./projection.ts";
import type { Applied } from "./projection.ts";
import { Pruning } from "./pruning.ts";
import { SearchIndex } from "./search-index.ts";

/** How many past lives of the log a client may still come back from. */
const keptEpochs = 1_000;

export class LogFile {
  readonly database: DatabaseSync;
  readonly index: SearchIndex;
  readonly pruning: Pruning;
  readonly projection: Projection;
  readonly #acts: ActStore;
  readonly #sync: Sync;
  /** Whether each act is kept by itself, so that one that cannot be stored fails alone. */
  #isCareful = false;
  readonly #sql: ReturnType<typeof prepare>;

  /** @throws StartError */
  constructor(path: string, sync: Sync) {
    this.database = openForWriting(path, sync);
    this.index = new SearchIndex(this.database);
    this.pruning = new Pruning(this.database, this.index);
    this.projection = new Projection(this.database, {
      keep: (timed, seq) => this.#keepOne(timed, seq),
      recall: ({ act }) => this.#acts.recall(act),
      belongsTo: ({ act }) => this.#acts.ownerOf(act),
      prune: (prune) => this.pruning.take(prune),
      take: (room, place) => this.pruning.takeLate(room, place),
    });
    this.#acts = new ActStore(this.database, this.index);
    this.#sync = sync;
    this.#sql = prepare(this.database);
  }

  /**
   * Begins the log's life `epoch`, unless a shared log says itself when a life begins. Also proves that the disk takes
   * writes. @returns the last number given before
   */
  begin(epoch: Epoch | undefined): Seq {
    const last = this.lastGiven;
    this.#inTransaction(() => {
      this.#sql.opened.run();
      if (epoch === undefined) this.projection.begin();
      else this.#beginEpoch(epoch, last);
      this.#acts.eraseDeleted();
    });
    emptyWal(this.database);
    return last;
  }

  /** Keeps a batch in one durable commit. @throws when the disk failed: then only the file knows what is kept */
  keep(batch: readonly TimedAct[]): Outcome[] {
    return this.#inOneCommit(() => batch.map((timed) => this.#keepOne(timed)));
  }

  /** Applies the next records of a shared log. @throws as `keep` does */
  project(batch: readonly Placed[]): Applied {
    return this.#inOneCommit(() => this.projection.apply(batch));
  }

  get lastGiven(): Seq {
    return seqOf(this.#sql.lastGiven.get());
  }

  /** What is kept of a batch whose commit failed or was never answered. */
  recall(batch: readonly TimedAct[], fedThrough: Seq): Outcome[] {
    return batch.map(({ act }) => {
      const outcome = this.#acts.recall(act) ?? refused("unavailable");
      return outcome.kept ? { ...outcome, repeat: outcome.seq <= fedThrough } : outcome;
    });
  }

  /** Everything kept above a number, in order. */
  eventsAbove(seq: Seq): RoomEvent[] {
    return this.#sql.above.all(seq).map((row) => ({ room: text(row, "room"), event: eventOf(row) }));
  }

  /** Runs work of which nothing is lost when a power cut undoes it, without waiting for the disk. */
  unhurried<Result>(work: () => Result): Result {
    this.database.exec("PRAGMA synchronous = NORMAL");
    try {
      return work();
    } finally {
      this.database.exec(`PRAGMA synchronous = ${this.#sync}`);
    }
  }

  /** Takes erased text out of the write-ahead log too. @returns false while somebody still reads from it */
  flush(): boolean {
    this.database.exec("PRAGMA busy_timeout = 0");
    const isEmpty = emptyWal(this.database);
    this.database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    return isEmpty;
  }

  close(): void {
    this.database.close();
  }

  #beginEpoch(epoch: Epoch, last: Seq): void {
    this.#sql.endEpochs.run(last, epoch);
    this.#sql.beginEpoch.run(epoch);
    this.#sql.forgetEpochs.run(keptEpochs);
  }

  /**
   * All or nothing, and then again with care: a savepoint for each act costs as much as storing it, and a row that
   * cannot be stored is next to never asked for.
   */
  #inOneCommit<Result>(work: () => Result): Result {
    try {
      return this.#inTransaction(work);
    } catch (error) {
      if (!isOfTheRow(error)) throw error;
      this.database.exec("ROLLBACK");
      this.#acts.undone();
    }
    this.#isCareful = true;
    try {
      return this.#inTransaction(work);
    } finally {
      this.#isCareful = false;
    }
  }

  #keepOne(timed: TimedAct, seq?: Seq): Outcome {
    return this.#isCareful ? this.#keepAlone(timed, seq) : this.#acts.keep(timed, seq);
  }

  #keepAlone(timed: TimedAct, seq?: Seq): Outcome {
    this.#sql.savepoint.run();
    try {
      const outcome = this.#acts.keep(timed, seq);
      this.#sql.release.run();
      return outcome;
    } catch (error) {
      if (!isOfTheRow(error)) throw error;
      this.#sql.rollbackTo.run();
      this.#sql.release.run();
      this.#acts.undone();
      return refused("bad_frame", "This cannot be kept.");
    }
  }

  #inTransaction<Result>(work: () => Result): Result {
    this.database.exec("BEGIN IMMEDIATE");
    const result = work();
    this.database.exec("COMMIT");
    return result;
  }
}

function prepare(db: DatabaseSync) {
  const sql = (source: string): StatementSync => db.prepare(source);
  return {
    lastGiven: sql("SELECT seq FROM sqlite_sequence WHERE name = 'events'"),
    opened: sql("UPDATE marks SET value = value + 1 WHERE name = 'opened'"),
    endEpochs: sql("UPDATE epochs SET last_seq = ? WHERE last_seq IS NULL AND epoch <> ?"),
    beginEpoch: sql(`
      INSERT INTO epochs (epoch, begun) SELECT ?, value FROM marks WHERE name = 'opened' ON CONFLICT DO NOTHING`),
    forgetEpochs: sql("DELETE FROM epochs WHERE begun <= (SELECT max(begun) FROM epochs) - ?"),
    above: sql(`
      SELECT ${eventColumns}, rooms.name AS room FROM events JOIN rooms USING (room_id) WHERE seq > ? ORDER BY seq`),
    savepoint: sql("SAVEPOINT act"),
    release: sql("RELEASE act"),
    rollbackTo: sql("ROLLBACK TO act"),
  };
}
