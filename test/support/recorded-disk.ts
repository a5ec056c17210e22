/**
 * What a disk holds after a power cut, rebuilt from a record of all that was done to a folder (disk-recorder.c): what
 * was synced, and of the rest nothing, or whatever a test lets survive. A name counts once its folder was synced.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

type Change =
  | { readonly is: "write"; readonly offset: number; readonly bytes: Buffer }
  | { readonly is: "truncate"; readonly size: number };

interface File {
  readonly durable: Content;
  /** Since the last sync. */
  pending: Change[];
}

/** Whether one change that was not synced is on the disk all the same. */
export type Survives = () => boolean;
export const nothingUnsynced: Survives = () => false;

/** A disk writes a block whole or not at all. */
const blockBytes = 4096;

/** @throws Error with what the compiler said */
export function compileRecorder(gcc: string, target: string): void {
  const source = join(import.meta.dirname, "disk-recorder.c");
  const { status, stderr } = spawnSync(gcc, ["-shared", "-fPIC", "-O1", "-o", target, source, "-ldl"]);
  if (status !== 0) throw new Error(`gcc: ${stderr.toString()}`);
}

export class DiskRecord {
  readonly #path: string;
  readonly #folder: string;

  constructor(path: string, folder: string) {
    this.#path = path;
    this.#folder = folder;
  }

  /** The environment that makes a process keep this record. */
  env(recorder: string): Record<string, string> {
    return { LD_PRELOAD: recorder, RECORD_FILE: this.#path, RECORDED_FOLDER: this.#folder };
  }

  /** Bytes of the record by now: a moment in the disk's life. */
  now(): number {
    return statSync(this.#path).size;
  }

  /** Every moment at which something was done, in order. */
  moments(): number[] {
    return [...entries(readFileSync(this.#path))].map(({ end }) => end);
  }

  /** The disk before anything was done. */
  replay(): Disk {
    return new Disk(this.#folder, readFileSync(this.#path));
  }
}

/** Goes through a record moment by moment. */
export class Disk {
  readonly #folder: string;
  readonly #records: Generator<DiskRecordEntry, undefined>;
  #moment = 0;
  /** Names as programs see them, and as of the folder's last sync. */
  #names = new Map<string, File>();
  #syncedNames = new Map<string, File>();

  constructor(folder: string, record: Buffer) {
    this.#folder = folder;
    this.#records = entries(record);
  }

  /** @param moment one that `moments` told, and none before the last one */
  advanceTo(moment: number): void {
    while (this.#moment < moment) {
      const next = this.#records.next();
      if (next.done === true) return;
      this.#take(next.value);
      this.#moment = next.value.end;
    }
  }

  /** Writes the folder as the disk holds it after a power cut at this moment. */
  writeTo(target: string, survives: Survives = nothingUnsynced): void {
    mkdirSync(target, { recursive: true });
    const names = survives() ? this.#names : this.#syncedNames;
    for (const [name, { durable, pending }] of names) {
      const content = durable.copy();
      for (const change of pending.flatMap(blocks).filter(survives)) content.apply(change);
      writeFileSync(join(target, name), content.bytes);
    }
  }

  #take({ words: [what = "", path = "", ...rest], bytes }: DiskRecordEntry): void {
    const name = basename(path);
    switch (what) {
      case "create":
        this.#names.set(name, { durable: new Content(), pending: [] });
        break;
      case "write":
        this.#file(name).pending.push({ is: "write", offset: Number(rest[0]), bytes });
        break;
      case "truncate":
        this.#file(name).pending.push({ is: "truncate", size: Number(rest[0]) });
        break;
      case "sync":
        if (path === this.#folder) this.#syncedNames = new Map(this.#names);
        else this.#sync(this.#file(name));
        break;
      case "rename":
        this.#names.set(basename(rest[0] ?? ""), this.#file(name));
        this.#names.delete(name);
        break;
      case "unlink":
        this.#names.delete(name);
        break;
      default:
        throw new Error(`the record holds an unknown word: ${what}`);
    }
  }

  #sync(file: File): void {
    for (const change of file.pending) file.durable.apply(change);
    file.pending = [];
  }

  #file(name: string): File {
    const file = this.#names.get(name);
    if (file === undefined) throw new Error(`the record never says that ${name} was made`);
    return file;
  }
}

/** A file's bytes, with room to grow: a log is appended to thousands of times. */
class Content {
  #room = Buffer.alloc(0);
  #size = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  copy(): Content {
    const copy = new Content();
    copy.#room = Buffer.from(this.bytes);
    copy.#size = this.#size;
    return copy;
  }

  apply(change: Change): void {
    if (change.is === "truncate") {
      this.#room.fill(0, change.size);
      this.#size = change.size;
    } else {
      this.#size = Math.max(this.#size, change.offset + change.bytes.length);
    }
    if (this.#room.length < this.#size) this.#room = Buffer.concat([this.#room], this.#size * 2);
    if (change.is === "write") change.bytes.copy(this.#room, change.offset);
  }
}

/** A write in the blocks that reach the disk one by one. */
function blocks(change: Change): Change[] {
  if (change.is === "truncate") return [change];
  const pieces: Change[] = [];
  for (let at = 0; at < change.bytes.length;) {
    const offset = change.offset + at;
    const length = blockBytes - (offset % blockBytes);
    pieces.push({ is: "write", offset, bytes: change.bytes.subarray(at, at + length) });
    at += length;
  }
  return pieces;
}

interface DiskRecordEntry {
  readonly words: readonly string[];
  readonly bytes: Buffer;
  /** Where the record goes on: the moment after it. */
  readonly end: number;
}

function* entries(all: Buffer): Generator<DiskRecordEntry, undefined> {
  for (let at = 0; at < all.length;) {
    const lineEnd = all.indexOf("\n", at);
    if (lineEnd === -1) return undefined;
    const words = all.toString("utf8", at, lineEnd).split(" ");
    const length = words[0] === "write" ? Number(words[3]) : 0;
    const end = lineEnd + 1 + length;
    if (end > all.length) return undefined;
    yield { words, bytes: all.subarray(lineEnd + 1, end), end };
    at = end;
  }
  return undefined;
}
