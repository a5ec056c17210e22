/**
 * `/metrics` for Prometheus, and the counting of what HTTP answers. Like health it is asked by address and not by the
 * chat's name, so it comes before whatever is particular about hosts; it names nobody and no room.
 */
import { Router } from "express";
import type { RequestHandler } from "express";
import type { Metrics } from "../metrics.ts";
import { holdsToken, unauthorized } from "./bearer.ts";
import { onlyGet, refuse } from "./problem.ts";

/** @param token nothing where everybody may ask */
export function metricsRoute(metrics: Metrics, token: string | undefined): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.route("/metrics").all(onlyGet, async (request, response) => {
    if (token !== undefined && !holdsToken(request, token)) {
      refuse(request, response, unauthorized("METRICS_TOKEN"));
      return;
    }
    response.set("Cache-Control", "no-store").type("text/plain; version=0.0.4; charset=utf-8");
    response.send(await metrics.text());
  });
  return router;
}

export function countRequests(metrics: Metrics): RequestHandler {
  return (_request, response, next) => {
    const startedMs = performance.now();
    response.once("finish", () => metrics.answered(response.statusCode, performance.now() - startedMs));
    next();
  };
}
