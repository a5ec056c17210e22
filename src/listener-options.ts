/** What the configuration says of WebSockets, and what the operator is told of them. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Config } from "./config.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { subprotocol } from "./protocol/client-frames.ts";
import { requestId } from "./protocol/request-id.ts";
import type { ListenerOptions } from "./websocket/listener.ts";

/** Each upgrade and each end is a line only at `debug`: a peer may come a thousand times a second, and fill the disk. */
export function listenerOptions(
  config: Config,
  logger: Logger,
  metrics: Metrics,
): Omit<ListenerOptions, "turns"> {
  const nameOf = ({ headers }: IncomingMessage): string =>
    requestId(headers, config.trustProxyHops, randomUUID);
  return {
    ...config,
    maxConnectionsPerAddress: config.maxConnectionsPerIp,
    usualFrameBytes: longestMessageFrame(config),
    subprotocols: [subprotocol],
    onWarning: (event, details) => logger.warn(details, event),
    onRefusal: ({ status, reason }, request) => {
      metrics.upgrades.add(status);
      if (!logger.isLevelEnabled("debug")) return;
      logger.debug({ request: nameOf(request), status, reason }, "upgrade_refused");
    },
    onOpened: ({ connectionId, address }, request) => {
      // What names a request is made up for it, and thousands may come at once.
      if (!logger.isLevelEnabled("debug")) return;
      const { origin } = request.headers;
      logger.debug({ request: nameOf(request), connectionId, address, origin }, "connection_opened");
    },
    onClosed: ({ connectionId }, code) => logger.debug({ connectionId, code }, "connection_closed"),
  };
}

/** Bytes of a frame that holds a message of allowed length, in a script of four bytes a character. */
export function longestMessageFrame({ maxMessageChars }: Config): number {
  return 4 * maxMessageChars + 512;
}
