/** Which log the configuration asks for: one node's file, or, with NATS_URL, a stream that several nodes share. */
import { fingerprintOf } from "./chat/secret.ts";
import type { Config } from "./config.ts";
import type { Logger } from "./logger.ts";
import type { MessageLog } from "./message-log/message-log.ts";
import { SqliteLog, type SqliteLogOptions } from "./message-log/sqlite-log.ts";
import type { Metrics } from "./metrics.ts";
import type { Cluster } from "./nats/cluster.ts";

export type LogOptions = Pick<SqliteLogOptions, "searchBudget">;

/**
 * @param onNewLife the log goes on where its readers cannot follow
 * @param cluster given with several nodes; what is for them is loaded only then
 */
export async function chooseLog(
  config: Config,
  logger: Logger,
  metrics: Metrics,
  cluster: Pick<Cluster, "link" | "whyNoLink"> | undefined,
  onNewLife: () => void,
  further: LogOptions,
): Promise<MessageLog> {
  const { dataDir, sync, maxRoomMessages, maxAgeDays, drainDeadlineMs } = config;
  const options = {
    ...further,
    dataDir,
    sync,
    // The process before this one may still be draining.
    lockWaitMs: drainDeadlineMs,
    lines: logger,
    onCommit: (tookMs: number) => metrics.committed(tookMs),
    ...(maxRoomMessages !== undefined && { maxRoomMessages }),
    ...(maxAgeDays !== undefined && { maxAgeDays }),
  };
  if (cluster === undefined) return new SqliteLog(options);
  const { JetStreamLog } = await import("./nats/jetstream-log.ts");
  const fingerprint = config.secret === undefined ? {} : { fingerprint: fingerprintOf(config.secret) };
  const { link, whyNoLink } = cluster;
  return new JetStreamLog({ ...options, ...fingerprint, link, whyNoLink, onNewLife });
}
