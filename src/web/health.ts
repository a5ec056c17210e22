/**
 * What balancers and monitors ask. Answers GET and HEAD, from HTTP/1.0 without Host too, before and without anything
 * that may be slow, refuse or log; never cached.
 */
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";
import type { LogStatus } from "../message-log/message-log.ts";

export interface HealthSource {
  readonly isDraining: boolean;
  /** The log is not there yet. */
  readonly isStarting?: boolean;
  /** Open sockets. */
  readonly connections: number;
  readonly people: number;
}

type Condition = LogStatus | { readonly state: "draining" };
type Question = (condition: Condition) => boolean;

/** Should new connections come here? When only appends fail, people can still read, so they should. */
const isServing: Question = ({ state }) => state === "ok" || state === "degraded";
const isReady: Question = ({ state }) => state === "ok";
const isAlive: Question = () => true;

export function healthRoutes(source: HealthSource, log: { readonly status: LogStatus }): Router {
  const answer = (question: Question): RequestHandler => {
    return (request, response) => {
      const condition: Condition = source.isDraining ? { state: "draining" } : log.status;
      respond(request, response, question(condition) ? 200 : 503, report(condition, source));
    };
  };
  const router = Router({ strict: true, caseSensitive: true });
  router.all("/health", answer(isServing));
  router.all("/health/ready", answer(isReady));
  router.all("/health/live", answer(isAlive));
  return router;
}

function report(condition: Condition, source: HealthSource): object {
  return {
    status: condition.state,
    ...("reason" in condition ? { reason: condition.reason } : {}),
    connections: source.connections,
    people: source.people,
    uptime_s: Math.floor(process.uptime()),
  };
}

/** Without Express' own `send`, which would answer a conditional request with 304. */
function respond(request: Request, response: Response, status: number, body: object): void {
  const isAllowed = request.method === "GET" || request.method === "HEAD";
  if (!isAllowed) response.setHeader("Allow", "GET, HEAD");
  const refusal = { error: { code: "method_not_allowed", message: "Ask with GET or HEAD." } };
  const text = JSON.stringify(isAllowed ? body : refusal);
  response.writeHead(isAllowed ? status : 405, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(text);
}
