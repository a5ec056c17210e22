/** What one node's log does at the stream: begun together once the file is at its end, and stopped together. */
import type { FileReads } from "../message-log/file-reads.ts";
import { Retention } from "../message-log/retention.ts";
import type { RetentionOptions } from "../message-log/retention.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import type { Writer } from "../message-log/writer.ts";
import type { OpenedFile } from "../message-log/writer-messages.ts";
import type { NatsLink } from "./connection.ts";
import { Erasing } from "./erasing.ts";
import { Following } from "./following.ts";
import { Publisher } from "./publisher.ts";
import { SharedRetention } from "./shared-retention.ts";
import { StreamWatch } from "./stream-watch.ts";
import type { LogStream } from "./stream.ts";

export interface StreamSideParts {
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly writer: Writer;
  readonly reads: FileReads;
  readonly lines: LogLines;
  /** Begins the names of this node's appends. */
  readonly node: string;
  readonly fingerprint: string | undefined;
  readonly limits: RetentionOptions;
}

export interface StreamSideListener {
  readonly onReached: (reached: OpenedFile) => void;
  readonly onWentBack: () => void;
  /** Told again and again why the file is not at the stream's end yet. */
  readonly onWaiting: (reason: string) => void;
}

export interface StreamSide {
  readonly publisher: Publisher;
  readonly following: Following;
  readonly erasing: Erasing;
  readonly retention: Retention;
  readonly removing: SharedRetention;
  readonly watch: StreamWatch;
}

/** Resolves when the file is at the stream's end. */
export async function openStreamSide(
  parts: StreamSideParts,
  { onReached, onWentBack, onWaiting }: StreamSideListener,
): Promise<StreamSide> {
  const { link, stream, writer, reads } = parts;
  const { followed } = await writer.opened();
  const following = new Following(parts, followed, {
    onReached,
    onOwn: (by, outcome) => publisher.cameBack(by, outcome),
    onPruned: () => removing.wake(),
    onRepeated: () => {
      erasing.wake();
      removing.wake();
    },
  });
  const erasing = new Erasing({ link, stream, reads, writer, following });
  const removing = new SharedRetention({ link, stream, reads, writer, following });
  const publisher = new Publisher({
    ...parts,
    recall: (act) => reads.recall(act),
    reached: (place) => following.reached(place),
    expect: (place) => following.expect(place),
  });
  await following.catchUp(onWaiting);
  return {
    publisher,
    following,
    erasing,
    retention: new Retention(parts.limits, (limits) => removing.sweep(limits)),
    removing,
    watch: new StreamWatch(link, stream, following, onWentBack),
  };
}

/** Begins what nobody waits for. */
export function beginChores({ erasing, retention, removing }: StreamSide): void {
  erasing.wake();
  removing.wake();
  retention.start();
}

export async function stopStreamSide(side: StreamSide): Promise<void> {
  side.retention.stop();
  side.removing.stop();
  side.watch.stop();
  side.erasing.stop();
  side.publisher.stop();
  await side.following.stop();
}
