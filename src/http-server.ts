/**
 * The HTTP server with its patience: who is slow to ask, asks without end or reads no answer is cut off, and holds up
 * nobody else meanwhile.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { refuseBroken } from "./web/broken-requests.ts";
import { answerFairly } from "./web/fair-requests.ts";
import { limitWaiting, usualWaiting } from "./websocket/waiting-connections.ts";

/** Node leaves a slow handshake open for a minute; a browser needs well under a second. */
const slowRequests = { headersTimeout: 8_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
/** Longer than balancers keep an idle connection (60 s): else one is reused in the moment it is closed, and fails. */
const keepAliveTimeout = 65_000;
/** Request line and headers together; more is 431. */
const maxHeaderSize = 16 * 1024;
/** A client that takes no byte of its answer for so long is gone. */
const slowAnswerMs = 60_000;

export function createHttpServer(answer: RequestListener, waiting = usualWaiting): Server {
  const options = { ...slowRequests, keepAliveTimeout, maxHeaderSize, shouldUpgradeCallback: isWebSocket };
  const server = createServer(options);
  // Not the server's own timeout: that makes a timer for each connection, and those upgraded would keep it.
  server.on("request", ({ socket }) => socket.setTimeout(slowAnswerMs));
  limitWaiting(server, waiting);
  refuseBroken(server, answerFairly(server, answer));
  return server;
}

/** Anything else that asks for an upgrade (HTTP/2 in clear text, say) is answered as a plain request. */
function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}
