/**
 * For a stream that went back: servers that lost what they had not written, or a restored copy. This node's file is put
 * aside and made anew of the stream; then what only the old one has is appended again, in a new life of the log.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { crc32 } from "node:zlib";
import { LogReader } from "../message-log/log-reader.ts";
import type { KeptAct } from "../message-log/log-reader.ts";
import type { FileReads } from "../message-log/file-reads.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import type { Followed } from "../message-log/projection.ts";
import type { Seq, UnixMs } from "../protocol/events.ts";
import { removeFile } from "./file-rules.ts";
import { infoOf } from "./stream.ts";
import type { LogStream } from "./stream.ts";

const actsPerStep = 500;

/** Whether the stream still holds what this file was made of, as far as its last record tells. */
export async function holdsWhatWeHave(stream: LogStream, { place, record }: Followed): Promise<boolean> {
  if (place === 0) return true;
  const info = await infoOf(stream);
  if (info === undefined || info.state.last_seq < place) return false;
  const message = await stream.jsm.streams.getMessage(stream.name, { seq: place });
  // Erased since: what was deleted later says nothing about what came before.
  return message === null || crc32(message.data) === record;
}

/** The file of before, put aside; it is there until all of it is in the stream again. */
export function asidePath(path: string): string {
  return `${path}.went-back`;
}

/** Nobody may have it open. One that is aside already goes first: it is mended before this one is made. */
export function putAside(path: string): void {
  const aside = asidePath(path);
  if (!existsSync(aside)) {
    removeAside(aside);
    renameSync(path, aside);
    endPuttingAside(path);
  }
  removeFile(path);
}

/** What a full disk or another reader kept out of the file is in its write-ahead log: that goes with it, also after a kill. */
export function endPuttingAside(path: string): void {
  if (existsSync(path) || !existsSync(`${path}-wal`)) return;
  if (existsSync(asidePath(path))) renameSync(`${path}-wal`, `${asidePath(path)}-wal`);
}

export interface MendingParts {
  readonly path: string;
  readonly reads: FileReads;
  readonly beginLife: (through: Seq) => Promise<void>;
  readonly append: (act: Act, at: UnixMs) => Promise<Outcome>;
}

/** Appends what only the file aside has. May be repeated after any end: what is there already is known. */
export async function appendAgain({ path, reads, beginLife, append }: MendingParts): Promise<number> {
  const aside = new LogReader(asidePath(path));
  let count = 0;
  try {
    const agreed = lastAgreed(aside, reads);
    if (agreed !== undefined) {
      await beginLife(agreed);
      count = await appendMissing(aside, reads, append);
    }
  } finally {
    aside.close();
  }
  removeAside(asidePath(path));
  return count;
}

/** The file goes first: without the end of its log it would bring back what that end deleted. */
function removeAside(aside: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${aside}${suffix}`, { force: true });
}

/** The last number before the first on which both files do not agree; nothing if they agree on all. */
function lastAgreed(aside: LogReader, reads: FileReads): Seq | undefined {
  for (const { act, seq } of allOf(aside)) {
    const now = reads.read((reader) => reader.seqOf(act));
    if (now !== seq) return seq - 1;
  }
  return undefined;
}

async function appendMissing(
  aside: LogReader,
  reads: FileReads,
  append: MendingParts["append"],
): Promise<number> {
  let count = 0;
  const present = (seq: Seq): Seq | undefined => {
    const target = aside.actAt(seq);
    return target === undefined ? undefined : reads.read((reader) => reader.seqOf(target.act));
  };
  for (const { act, at, isErased } of allOf(aside)) {
    if (isErased || reads.read((reader) => reader.seqOf(act)) !== undefined) continue;
    const renumbered = withPresentNumbers(act, present);
    if (renumbered === undefined) continue;
    const outcome = await append(renumbered, at);
    if (!outcome.kept && outcome.code === "unavailable") throw new Error("JetStream takes nothing");
    if (outcome.kept) count += 1;
  }
  return count;
}

/** What it names may have another number now, or be gone. */
function withPresentNumbers(act: Act, present: (seq: Seq) => Seq | undefined): Act | undefined {
  if (act.type !== "msg") {
    const target = present(act.target);
    return target === undefined ? undefined : { ...act, target };
  }
  if (act.reply_to === undefined) return act;
  return { ...act, reply_to: present(act.reply_to) ?? act.reply_to };
}

function* allOf(aside: LogReader): Generator<KeptAct> {
  let after = 0;
  for (;;) {
    const acts = aside.actsAfter(after, actsPerStep);
    yield* acts;
    const last = acts.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
