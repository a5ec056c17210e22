/**
 * Everything Confab says over HTTP. Health comes before all else, so that nothing slow or strict stands in its way;
 * what nobody answered is a 404, and what threw is a 500, logged once, its cause never told.
 */
import { constants } from "node:zlib";
import compression from "compression";
import express from "express";
import type { ErrorRequestHandler, Express, RequestHandler } from "express";
import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { MessageLog } from "../message-log/message-log.ts";
import type { Turns } from "../turns.ts";
import { limitReads, refuseInShort, type Askers } from "./asking.ts";
import { healthRoutes } from "./health.ts";
import type { HealthSource } from "./health.ts";
import { countRequests, metricsRoute } from "./metrics-route.ts";
import { readPageAssets } from "./page-assets.ts";
import { pageLocals } from "./page-locals.ts";
import { pages } from "./pages.ts";
import { postMessage, type PostingParts } from "./post-message.ts";
import { internalProblem, notFound, notStarted, refuse, unmetPrecondition } from "./problem.ts";
import { hostGuard, oneHost } from "./host-guard.ts";
import { installable } from "./installable.ts";
import { logRequests, requestIdOf } from "./request-log.ts";
import { roomApi } from "./room-api.ts";
import type { PeopleSource } from "./room-api.ts";
import { securityHeaders } from "./security-headers.ts";
import { staticFiles } from "./static-files.ts";

/** A step above the usual 4: as quick, and the page is a sixteenth lighter; more is slower, for little. */
const brotliQuality = 5;

export interface AppParts {
  readonly config: Pick<
    Config,
    "publicName" | "allowedOrigins" | "trustProxyHops" | "metricsToken" | "postToken"
  >;
  readonly log: MessageLog;
  readonly people: PeopleSource;
  readonly posting: PostingParts["posting"];
  readonly askers: Askers;
  readonly health: HealthSource;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** When the log may be read for an answer. */
  readonly turns: Turns;
  /** Holds `app/`, the page's build. */
  readonly staticDir: string;
  readonly viewsDir: string;
}

/** @throws Error saying how to build when the page is not built */
export function createApp(parts: AppParts): Express {
  const { config, health, log, logger, metrics } = parts;
  const assets = readPageAssets(parts.staticDir);
  const app = express();
  configure(app, parts);

  app.use((_request, response, next) => {
    // Else a balancer's idle connections would hold the end of a drain.
    if (health.isDraining) response.set("Connection", "close");
    next();
  });
  app.use(healthRoutes(health, log));
  app.use(countRequests(metrics));
  app.use(logRequests(logger, config.trustProxyHops));
  app.use(refuseInShort(parts.askers));
  app.use(securityHeaders(config.trustProxyHops, config.allowedOrigins));
  app.use(compression({ brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } } }));
  app.use(pageLocals(config.publicName, assets));
  app.use(oneHost);
  app.use(metricsRoute(metrics, config.metricsToken));
  app.use(hostGuard(config.allowedOrigins, config.trustProxyHops));
  app.use(staticFiles(parts.staticDir, assets));
  app.use(installable(config.publicName, parts.staticDir, assets));
  app.use(postMessage({ ...parts, token: config.postToken }));
  app.use(limitReads(parts.askers));
  app.use(started(health));
  app.use(pages(parts));
  app.use(roomApi(parts));
  app.use((request, response) => refuse(request, response, notFound()));
  app.use(answerFailures(logger));
  return app;
}

function configure(app: Express, parts: AppParts): void {
  app.set("trust proxy", parts.config.trustProxyHops);
  app.set("views", parts.viewsDir);
  app.set("view engine", "ejs");
  app.enable("view cache");
  // Else Express, where all of ours has failed, shows the stack to the client.
  app.set("env", "production");
  app.disable("x-powered-by");
}

/** What follows reads the log: a node that still replays it says so, and is no broken one. */
function started(health: HealthSource): RequestHandler {
  return (request, response, next) => {
    if (health.isStarting !== true) next();
    else refuse(request, response, notStarted());
  };
}

function answerFailures(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express knows these handlers by four parameters.
  return (error: unknown, request, response, _next) => {
    // Express throws a URIError for a path that is not well percent-encoded: it names nothing.
    if (error instanceof URIError && !response.headersSent) {
      refuse(request, response, notFound());
      return;
    }
    if (isUnmetPrecondition(error) && !response.headersSent) {
      refuse(request, response, unmetPrecondition());
      return;
    }
    const { method, path } = request;
    logger.error({ err: error, request: requestIdOf(response), method, path }, "http_failed");
    // A half-sent answer cannot be taken back: cutting it off tells the client that it is not whole.
    if (response.headersSent) request.socket.destroy();
    else refuse(request, response, internalProblem());
  };
}

/** Express' files throw it: `If-Match` names what a stranger likes, and is no failure of ours. */
function isUnmetPrecondition(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 412;
}
