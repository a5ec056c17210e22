/**
 * Brings the records of one node's file into an empty stream, in their order, each at the one place where it belongs:
 * the stream itself takes no other there. So it may end anyhow and be begun again, also while the first still runs.
 */
import { randomBytes } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { ImportSource } from "../message-log/import-source.ts";
import { decodeRecord, encodeRecord } from "../message-log/log-record.ts";
import type { LogRecord } from "../message-log/log-record.ts";
import { StartError } from "../message-log/message-log.ts";
import { reasonOf } from "../message-log/reason.ts";
import type { NatsLink } from "./connection.ts";
import { infoOf } from "./stream.ts";
import type { LogStream } from "./stream.ts";

const inFlight = 500;
const tryMs = 5_000;
const retryMs = 500;
/** Longer than a cluster takes to elect a leader. */
const patienceMs = 30_000;

export interface ImportOptions {
  /** Told again and again; of all records, so many are in the stream. */
  readonly onProgress: (done: number, all: number) => void;
  readonly patienceMs?: number;
}

export interface ImportReport {
  /** How many records this import brought; nothing if all were there already. */
  readonly brought: number;
}

/** @throws StartError when the stream holds something else, or takes nothing */
export async function importInto(
  link: NatsLink,
  stream: LogStream,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> {
  const client = jetstream(link.connection);
  // A life of its own ends it: before that no node takes part.
  const all = source.count + 1;
  let first: number | undefined;
  let there = -1;
  let sinceMs = performance.now();
  for (;;) {
    let reason = "it took only a part";
    try {
      const now = await alreadyThere(stream, source);
      first ??= now;
      if (now >= all) return { brought: all - first };
      if (now > there) [there, sinceMs] = [now, performance.now()];
      options.onProgress(now, all);
      await bring(client, stream, source, { from: now, all, onProgress: options.onProgress });
    } catch (error) {
      if (error instanceof StartError) throw error;
      reason = reasonOf(error);
    }
    if (performance.now() - sinceMs > (options.patienceMs ?? patienceMs)) {
      throw new StartError(`JetStream takes nothing (${reason}): import again, it goes on where it stopped`);
    }
    if (there < all) await new Promise((resolve) => setTimeout(resolve, there < 0 ? retryMs : 50));
  }
}

/** How many of the records the stream holds. @throws StartError when it holds something else */
async function alreadyThere(stream: LogStream, source: ImportSource): Promise<number> {
  const info = await infoOf(stream);
  const last = info?.state.last_seq ?? 0;
  if (last === 0) return 0;
  const base = decodeRecord((await textAt(stream, 1)) ?? "");
  if (base?.type !== "base") throw foreign(stream, "holds another chat");
  if (base.fingerprint !== source.base.fingerprint) throw foreign(stream, "belongs to another SECRET");
  if (encodeRecord(base) !== encodeRecord(source.base)) throw foreign(stream, "holds another import");
  // Beyond it nodes write, and texts may have been erased: how it ends says enough.
  const there = Math.min(last, source.count + 1);
  const found = decodeRecord((await textAt(stream, there)) ?? "");
  const [expected] =
    there > source.count ? [found?.type === "epoch" ? found : undefined] : source.records(last - 1);
  if (found === undefined || expected === undefined || encodeRecord(found) !== encodeRecord(expected)) {
    throw foreign(stream, "holds another import");
  }
  return there;
}

async function textAt({ jsm, name }: LogStream, place: number): Promise<string | undefined> {
  return (await jsm.streams.getMessage(name, { seq: place }))?.string();
}

function foreign({ name }: LogStream, what: string): StartError {
  return new StartError(`the stream ${name} in NATS ${what}: choose another NATS_PREFIX, or remove it`);
}

interface Part {
  readonly from: number;
  readonly all: number;
  readonly onProgress: ImportOptions["onProgress"];
}

/** @throws the first failure, when nothing of this is under way any more */
async function bring(
  client: JetStreamClient,
  { subjects }: LogStream,
  source: ImportSource,
  { from, all, onProgress }: Part,
): Promise<void> {
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  let [sent, done] = [from, from];
  const isDone = (): void => {
    done += 1;
    if (done % 20_000 === 0 || done === all) onProgress(done, all);
  };
  for (const record of withEnd(source, from)) {
    // At any other place it is refused, so one that got lost holds back all that follow it.
    const options = { expect: { lastSequence: sent }, timeout: tryMs, retries: 0 };
    const publishing: Promise<void> = client
      .publish(subjects.records, encodeRecord(record), options)
      .then(isDone, (error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(publishing));
    underWay.add(publishing);
    sent += 1;
    const [oldest] = underWay;
    if (underWay.size >= inFlight) await oldest;
    if (failures.length > 0) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

function* withEnd(source: ImportSource, from: number): Generator<LogRecord> {
  yield* source.records(from);
  const epoch = randomBytes(9).toString("base64url");
  if (from <= source.count) yield { type: "epoch", epoch, through: source.base.seq };
}
