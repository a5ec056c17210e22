/** The file that this node makes of the stream: written by one thread, read from here, locked against another process. */
import type { DataDirLock } from "../message-log/data-dir-lock.ts";
import type { Sync } from "../message-log/database.ts";
import { FileReads } from "../message-log/file-reads.ts";
import { StartError } from "../message-log/message-log.ts";
import type { RoomEvent } from "../message-log/message-log.ts";
import type { SearchBudget } from "../message-log/search.ts";
import { Writer } from "../message-log/writer.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import type { OpenedFile } from "../message-log/writer-messages.ts";
import type { Epoch, Seq } from "../protocol/events.ts";

export interface NodeFileOptions {
  readonly dataDir: string;
  readonly sync: Sync;
  readonly lines: LogLines;
  /** Told how long each commit took. */
  readonly onCommit?: (tookMs: number) => void;
  readonly searchBudget?: SearchBudget;
}

export interface NodeFile {
  readonly lock: DataDirLock;
  readonly writer: Writer;
  readonly reads: FileReads;
  /** How far it had come before. */
  readonly opened: OpenedFile;
}

export interface NodeFileListener {
  readonly onEvents: (events: readonly RoomEvent[]) => void;
  /** Where the log is now. */
  readonly position: () => { readonly epoch: Epoch; readonly head: Seq };
}

/** @throws StartError also where the file is one server's own */
export async function openNodeFile(
  lock: DataDirLock,
  path: string,
  { dataDir, sync, lines, onCommit, searchBudget }: NodeFileOptions,
  { onEvents, position }: NodeFileListener,
): Promise<NodeFile> {
  const listener = { onEvents, ...(onCommit !== undefined && { onCommit }) };
  const writer = new Writer({ path, sync }, lines, listener);
  const opened = await writer.opened();
  const { head, followed } = opened;
  if (followed.place === 0 && (head > 0 || followed.epoch !== "")) {
    await writer.close();
    throw new StartError(
      `${dataDir} holds one server's chat: \`npm run import\` brings it to several nodes, which each begin with an empty DATA_DIR`,
    );
  }
  const indexed = (): Promise<void> => writer.indexed();
  const reads = new FileReads(
    { path, lines, indexed, ...(searchBudget !== undefined && { searchBudget }) },
    position,
  );
  return { lock, writer, reads, opened };
}
