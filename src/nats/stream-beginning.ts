/**
 * Whose a stream is, as its first record tells: nothing ever takes that one out, so where it is gone somebody emptied
 * the stream. Then what a node has not in its file already cannot be had any more, and it must not serve half a chat.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { decodeRecord } from "../message-log/log-record.ts";
import { StartError } from "../message-log/message-log.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import { infoOf, untilAnswered } from "./stream.ts";
import type { LogStream } from "./stream.ts";

const retryMs = 1_000;

export interface WholeOptions {
  /** Of the secret that people's ids are made with. */
  readonly fingerprint?: string;
  readonly lines: LogLines;
  readonly waiting: (reason: string) => void;
}

/**
 * Resolves when the stream has all that a file lacks which came up to `place`: that may be never.
 * @throws StartError when the stream belongs to another SECRET: everybody would be somebody else here
 */
export async function untilWhole(
  stream: LogStream,
  place: number,
  { fingerprint, lines, waiting }: WholeOptions,
): Promise<void> {
  for (let told = ""; ;) {
    const missing = await untilAnswered(() => missingIn(stream, place, fingerprint), waiting);
    if (missing === undefined) return;
    if (told !== missing) lines.error({ reason: missing }, "log_stream_was_emptied");
    waiting((told = missing));
    await sleep(retryMs);
  }
}

async function missingIn(
  stream: LogStream,
  place: number,
  fingerprint: string | undefined,
): Promise<string | undefined> {
  const { first_seq: first, last_seq: last } = (await infoOf(stream))?.state ?? { first_seq: 1, last_seq: 0 };
  if (last === 0) return undefined;
  if (first === 1) {
    await refuseForeign(stream, fingerprint);
    return undefined;
  }
  if (place >= last) return undefined;
  return `the stream ${stream.name} in NATS was emptied and begins at ${first}: start this node with a copy of the DATA_DIR of one that has all before`;
}

async function refuseForeign({ jsm, name }: LogStream, fingerprint: string | undefined): Promise<void> {
  const message = await jsm.streams.getMessage(name, { seq: 1 });
  const first = decodeRecord(message?.string() ?? "");
  const made = first?.type === "base" || first?.type === "epoch" ? first.fingerprint : undefined;
  if (made === undefined || fingerprint === undefined || made === fingerprint) return;
  throw new StartError(
    `the stream ${name} in NATS belongs to another SECRET: everybody would be somebody else. ` +
      "Give this node the SECRET of the others, or choose another NATS_PREFIX",
  );
}
