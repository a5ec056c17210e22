/**
 * A name for every request, told to the client and to the log, and a line for each answer at the level `debug`: method,
 * path and status, never the query, a header or a body.
 */
import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";
import type { Logger } from "../logger.ts";
import { requestId } from "../protocol/request-id.ts";

export function logRequests(logger: Logger, trustProxyHops: number): RequestHandler {
  return (request, response, next) => {
    const id = requestId(request.headers, trustProxyHops, randomUUID);
    response.set("X-Request-Id", id);
    const { method, path } = request;
    const startedMs = performance.now();
    response.once("close", () => {
      const ms = Math.round(performance.now() - startedMs);
      const isWhole = response.writableFinished;
      logger.debug({ request: id, method, path, status: response.statusCode, ms, isWhole }, "http_answered");
    });
    next();
  };
}

/** The name this answer carries. */
export function requestIdOf(response: Response): string {
  return response.get("X-Request-Id") ?? "";
}
