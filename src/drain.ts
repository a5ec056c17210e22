/**
 * The ordered shutdown, so that a deploy loses nothing and a balancer never sends anybody to a closing door. It reads
 * aloud: fail /health, wait for the balancer, refuse newcomers, let everybody finish and go, close.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Drainable } from "./chat/chat.ts";
import type { Logger } from "./logger.ts";
import type { MessageLog } from "./message-log/message-log.ts";
import type { Listener } from "./websocket/listener.ts";

export interface DrainParts {
  readonly server: Server;
  readonly listener: Listener;
  readonly services: ReadonlySet<Drainable>;
  readonly log: MessageLog;
  readonly logger: Logger;
  readonly delayMs: number;
}

/** Everybody comes back within this of each other, not all at once. */
const returnSpreadMs = 1_000;
/** For the peers to answer our close frames; what they send after it is in their queues still. */
const farewellMs = 500;
/** For answers over HTTP that are under way. */
const lastAnswersMs = 500;

/** Makes `/health` fail from the first moment; the rest follows in order. */
export async function drain(parts: DrainParts, failHealth: () => void): Promise<void> {
  const { server, listener, services, log, logger } = parts;
  failHealth();
  logger.info({ connections: listener.connectionCount }, "draining");
  await delay(parts.delayMs);
  listener.refuseAll({ status: 503, reason: "draining: try again", headers: { "Retry-After": "1" } });
  await Promise.all([...services].map((service) => service.drain(Math.random() * returnSpreadMs)));
  await Promise.race([everybodyGone(listener), delay(farewellMs)]);
  await closeServer(server, listener);
  await log.close();
  logger.info({}, "drained");
}

async function everybodyGone(listener: Listener): Promise<void> {
  while (listener.connectionCount > 0) await delay(10);
}

/**
 * Upgraded sockets are not the HTTP server's any more, and a connection that never asked anything (a browser's spare
 * one, a balancer's probe) is not idle to it: it would wait for both forever.
 */
async function closeServer(server: Server, listener: Listener): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  listener.terminateAll();
  await Promise.race([closed, delay(lastAnswersMs)]);
  server.closeAllConnections();
  await closed;
}
