/**
 * The stream that is the log of several nodes: made or checked at the start. A copy on three servers where NATS is a
 * cluster, in files, and nothing ever leaves it by NATS' own limits. What is set otherwise is mended or refused.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { JetStreamApiError, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import type { JetStreamManager, StreamConfig, StreamInfo } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { StartError } from "../message-log/message-log.ts";
import { reasonOf } from "../message-log/reason.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import type { NatsLink } from "./connection.ts";

const retryMs = 500;
const requestMs = 3_000;
/** Longer than an append is tried; beyond it every node's file knows what was there. */
const duplicateWindowMs = 60_000;
const leastVersion = [2, 9] as const;
export const notFound = { stream: 10_059, message: 10_037 } as const;

export interface LogStream {
  readonly jsm: JetStreamManager;
  readonly name: string;
  readonly subjects: { readonly records: string; readonly erased: string };
}

/**
 * Waits for JetStream as long as it takes: a cluster that is starting has no leader for a while.
 * @throws StartError when the stream there cannot be ours
 */
export async function openStream(
  link: NatsLink,
  lines: LogLines,
  waiting: (reason: string) => void,
): Promise<LogStream> {
  refuseOld(link.serverVersion);
  const jsm = await jetstreamManager(link.connection, { checkAPI: false, timeout: requestMs });
  const subjects = { records: link.subject("log", "record"), erased: link.subject("log", "erased") };
  const stream = { jsm, name: link.name("log"), subjects };
  for (;;) {
    try {
      await makeOrCheck(stream, link, lines);
      return stream;
    } catch (error) {
      if (error instanceof StartError) throw error;
      lines.warn({ stream: stream.name, reason: reasonOf(error) }, "log_stream_not_ready");
      waiting(`JetStream is not ready: ${reasonOf(error)}`);
      await sleep(retryMs);
    }
  }
}

function refuseOld(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = leastVersion;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new StartError(
    `nats-server is ${version}, but several nodes need ${leastVersion.join(".")} or later`,
  );
}

async function makeOrCheck(stream: LogStream, link: NatsLink, lines: LogLines): Promise<void> {
  const { jsm, name, subjects } = stream;
  const replicas = link.connection.info?.cluster === undefined ? 1 : 3;
  const wanted = {
    subjects: Object.values(subjects),
    num_replicas: replicas,
    max_age: 0,
    max_bytes: -1,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    max_msg_size: -1,
    duplicate_window: nanos(duplicateWindowMs),
  };
  const found = await infoOf(stream);
  if (found === undefined) {
    const fixed = { name, storage: StorageType.File, retention: RetentionPolicy.Limits };
    await jsm.streams.add({ ...fixed, ...wanted });
    lines.info({ stream: name, replicas }, "log_stream_made");
    return;
  }
  refuseForeign(found.config);
  // More copies than we would make are somebody's wish.
  const num_replicas = Math.max(replicas, found.config.num_replicas);
  const changed = differencesOf(found.config, { ...wanted, num_replicas });
  if (changed.length === 0) return;
  await jsm.streams.update(name, { ...found.config, ...wanted, num_replicas });
  lines.warn({ stream: name, changed }, "log_stream_mended");
}

/** Asks until JetStream answers; `waiting` may end that by throwing, as a StartError does that is the answer. */
export async function untilAnswered<Answer>(
  ask: () => Promise<Answer>,
  waiting: (reason: string) => void,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof StartError) throw error;
      waiting(`JetStream does not answer: ${reasonOf(error)}`);
      await sleep(retryMs);
    }
  }
}

export async function infoOf({ jsm, name }: LogStream): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === notFound.stream) return undefined;
    throw error;
  }
}

/** What no update can change, or nobody sets by mistake. */
function refuseForeign(config: StreamConfig): void {
  const complaints = [
    config.storage !== StorageType.File && `keeps its messages in ${config.storage}`,
    config.retention !== RetentionPolicy.Limits && `has ${config.retention} retention`,
    config.sealed && "is sealed",
    config.deny_delete && "denies deletion",
    (config.mirror !== undefined || (config.sources ?? []).length > 0) && "copies another",
  ].filter((complaint) => typeof complaint === "string");
  if (complaints.length === 0) return;
  throw new StartError(
    `the stream ${config.name} in NATS ${complaints.join(" and ")}: choose another NATS_PREFIX, or remove it`,
  );
}

function differencesOf(config: StreamConfig, wanted: Partial<StreamConfig>): string[] {
  const there = new Map<string, unknown>(Object.entries(config));
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(there.get(key) ?? 0) !== JSON.stringify(value))
    .map(([key]) => key);
}
