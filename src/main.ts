/** Composition root: the only file that knows every part, and the process's way in and out. */
import { join } from "node:path";
import dotenv from "dotenv";
import { Allowance } from "./chat/allowance.ts";
import { ChatService } from "./chat/chat-service.ts";
import type { Chat } from "./chat/chat.ts";
import { Posting } from "./chat/posting.ts";
import { Rooms } from "./chat/rooms.ts";
import { openSecret } from "./chat/secret.ts";
import { chooseLog, type LogOptions } from "./chosen-log.ts";
import { ConfigError, readConfig, type Config } from "./config.ts";
import { drain } from "./drain.ts";
import { createHttpServer } from "./http-server.ts";
import { listenerOptions, longestMessageFrame } from "./listener-options.ts";
import { listen } from "./listening.ts";
import { createLogger, exitAfter, openOutput, type Logger, type Output } from "./logger.ts";
import { Metrics } from "./metrics.ts";
import type { Cluster } from "./nats/cluster.ts";
import { subprotocol } from "./protocol/client-frames.ts";
import { roomNameFromPath } from "./protocol/room-name.ts";
import { createApp } from "./web/app.ts";
import { Turns } from "./turns.ts";
import { loadSendLoop } from "./websocket/send-loop.ts";
import { SharedWrite } from "./websocket/shared-write.ts";
import { Listener, type ServiceFactory } from "./websocket/listener.ts";

const root = join(import.meta.dirname, "..");
const exitCodes = { drained: 0, couldNotStart: 1, badConfiguration: 2, cutShort: 3 } as const;

/**
 * Who comes in, catches up or reads over HTTP waits this long at a time for connections still to be accepted: of five
 * thousand, each accepted after a turn of such work, a balancer's `/health` that came last waited three seconds.
 */
const crowdPatienceMs = 40;

const now = (): number => performance.now();

export interface Running {
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Drains in order; resolves when everything is closed. */
  readonly stop: () => Promise<void>;
}

/** What no operator sets. */
export interface Means extends LogOptions {
  /** A monotonic clock in milliseconds, by which it counts what somebody may say. */
  readonly limitsNow?: () => number;
}

/** Starts everything, and resolves when people can come in. */
export async function start(config: Config, logger: Logger, means: Means = {}): Promise<Running> {
  const { limitsNow = now, ...logOptions } = means;
  const metrics = new Metrics();
  const cluster = await joinCluster(config, logger);
  const log = await chooseLog(config, logger, metrics, cluster, () => listener.terminateAll(), logOptions);
  const onFailure = (event: string, error: unknown): void => logger.warn({ err: error }, event);
  const shared = new SharedWrite(config.sendLoop === "plain" ? undefined : loadSendLoop(config.sendLoop));
  const others = cluster && { others: cluster.presence };
  // One for all who come in and catch up: together they take no more of the event loop than one of them would.
  const turns = new Turns(now);
  const rooms = new Rooms({ log, metrics, shared, turns, now, onFailure, ...others });
  const feeding = log.start((kept) => {
    metrics.events.add(kept.event.type);
    rooms.broadcast(kept);
  });
  const started = Promise.all([feeding, cluster?.presence.start()]);
  // Of several nodes one may wait for NATS and replay for a while: /health says so, and nobody comes in before.
  if (cluster === undefined) await started;
  else started.catch(() => undefined);

  const secret = openSecret(config.dataDir, config.secret);
  const chat = createChat(config, { log, metrics, rooms, secret, turns, now, onFailure }, limitsNow);
  const listener = new Listener({ ...listenerOptions(config, logger, metrics), turns }, serviceFor(chat));
  const health = {
    isDraining: false,
    isStarting: true,
    get connections() {
      return listener.connectionCount;
    },
    get people() {
      return rooms.peopleCount;
    },
  };
  metrics.watch({
    connections: () => listener.connectionCount,
    people: () => rooms.peopleCount,
    rooms: () => rooms.count,
    lagging: () => rooms.laggingCount,
    logState: () => log.status.state,
  });
  const reads = new Turns(now);
  const app = createApp({
    ...{ config, log, logger, metrics, people: rooms, posting: new Posting(chat), health },
    askers: listener.visitors,
    now,
    turns: reads,
    staticDir: join(root, "static"),
    viewsDir: join(root, "views"),
  });
  const server = createHttpServer(app);
  turns.letIn(server, crowdPatienceMs);
  reads.letIn(server, crowdPatienceMs);
  listener.attach(server);
  const url = await listen(server, config);
  await started;
  health.isStarting = false;

  const stop = async (): Promise<void> => {
    const parts = { server, listener, services: chat.services, log, logger, delayMs: config.drainDelayMs };
    await drain(parts, () => (health.isDraining = true));
    rooms.close();
    await cluster?.leave();
  };
  return { url, stop };
}

/** One of several nodes needs what one alone does not even load. */
async function joinCluster(config: Config, logger: Logger): Promise<Cluster | undefined> {
  if (config.natsServers === undefined) return undefined;
  const nats = await import("./nats/cluster.ts");
  return nats.joinCluster(config, logger);
}

function createChat(
  config: Config,
  parts: Omit<Chat, "allowance" | "limits" | "services">,
  limitsNow: () => number,
): Chat {
  const { maxFrameBytes, maxMessageChars, messagesPerSecond, messageBurst } = config;
  return {
    ...parts,
    allowance: new Allowance({ perSecond: messagesPerSecond, burst: messageBurst }, limitsNow),
    limits: {
      max_frame_bytes: maxFrameBytes,
      max_message_chars: maxMessageChars,
      messages_per_second: messagesPerSecond,
      message_burst: messageBurst,
    },
    services: new Set(),
  };
}

/** A room's page URL, upgraded, is its socket. */
function serviceFor(chat: Chat): ServiceFactory {
  return ({ path, subprotocol: agreed }) => {
    const room = roomNameFromPath(path);
    if (room === undefined) return { status: 404, reason: "no room has this name" };
    const { status } = chat.log;
    if (status.state === "unavailable") return { status: 503, reason: status.reason };
    return new ChatService(chat, room, agreed === subprotocol ? subprotocol : "plain");
  };
}

async function main(): Promise<void> {
  dotenv.config({ quiet: true });
  const config = readConfig(process.env);
  const output = openOutput();
  const logger = createLogger(config.logLevel, output.lines);
  warnOfConfig(config, logger);
  const running = await start(config, logger);
  stopOnSignal(running, config, { logger, output });
  logger.info({ url: running.url }, "ready");
}

/** What works, but is probably not what was meant. */
function warnOfConfig(config: Config, logger: Logger): void {
  const { maxFrameBytes, secret, metricsToken, postToken } = config;
  const neededBytes = longestMessageFrame(config);
  if (maxFrameBytes < neededBytes)
    logger.warn({ maxFrameBytes, neededBytes }, "frames_too_short_for_messages");
  if (secret !== undefined && secret.length < 32) logger.warn({ length: secret.length }, "secret_is_short");
  for (const [variable, token] of Object.entries({ METRICS_TOKEN: metricsToken, POST_TOKEN: postToken })) {
    if (token !== undefined && token.length < 16) logger.warn({ variable }, "token_is_short");
  }
}

/** A terminal's Ctrl-C reaches the server itself and, a moment later, once more through npm. */
const sameSignalMs = 200;

/** The first signal drains, a second one exits at once. */
function stopOnSignal(
  running: Running,
  { drainDeadlineMs }: Config,
  { logger, output }: { readonly logger: Logger; readonly output: Output },
): void {
  let stoppingSinceMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppingSinceMs !== undefined) {
      if (now() - stoppingSinceMs > sameSignalMs) exitAfter(output, exitCodes.cutShort);
      return;
    }
    stoppingSinceMs = now();
    logger.info({ signal }, "stopping");
    setTimeout(() => {
      logger.error({ drainDeadlineMs }, "drain_deadline_passed");
      exitAfter(output, exitCodes.drained);
    }, drainDeadlineMs).unref();
    running.stop().then(
      () => exitAfter(output, exitCodes.drained),
      (error: unknown) => {
        logger.error({ err: error }, "drain_failed");
        exitAfter(output, exitCodes.cutShort);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** One line why, for a person at a terminal or in a journal. */
function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`Confab cannot start, its configuration is wrong:\n`);
    for (const mistake of error.mistakes) process.stderr.write(`  ${mistake}\n`);
    return exitCodes.badConfiguration;
  }
  process.stderr.write(`Confab cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  return exitCodes.couldNotStart;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.exit(explain(error));
  }
}
