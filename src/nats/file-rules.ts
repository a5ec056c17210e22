/**
 * For a file in which other rules decided what counts than those of this version: it is made anew of the stream, so that
 * all nodes' files are equal again. Not where the stream was emptied: then only the files have what was before.
 */
import { rmSync } from "node:fs";
import { rulesVersion } from "../message-log/act-store.ts";
import type { Followed } from "../message-log/projection.ts";
import { infoOf } from "./stream.ts";
import type { LogStream } from "./stream.ts";

export async function isToBeMadeAnew(stream: LogStream, { place, rules }: Followed): Promise<boolean> {
  if (place === 0 || rules === rulesVersion) return false;
  return (await infoOf(stream))?.state.first_seq === 1;
}

/** Nobody may have it open. Its log goes first: one left without its file would be taken for that of the file put aside. */
export function removeFile(path: string): void {
  for (const suffix of ["-wal", "-shm", ""]) rmSync(`${path}${suffix}`, { force: true });
}
