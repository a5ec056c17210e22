/**
 * Files of the page. A hashed name is kept by browsers for good. An unknown hash of a known file gives the present
 * file, uncached: while a deploy rolls, a page made by one node asks another for its script. Nothing else is listed,
 * no dotfile is sent, nothing outside the folder is reached.
 */
import { join } from "node:path";
import express, { Router } from "express";
import type { RequestHandler } from "express";
import type { PageAssets } from "./page-assets.ts";
import { onlyGet, refuse, notFound } from "./problem.ts";

const yearMs = 365 * 24 * 3_600_000;
const hourMs = 3_600_000;

export function staticFiles(staticDir: string, assets: PageAssets): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.use("/static", onlyGet);
  router.use("/static/app", builtFiles(join(staticDir, "app"), assets));
  router.use(
    "/static",
    express.static(staticDir, { index: false, redirect: false, maxAge: hourMs, acceptRanges: false }),
  );
  return router;
}

function builtFiles(appDir: string, assets: PageAssets): RequestHandler {
  return (request, response, next) => {
    const found = assets.find(request.path.slice(1));
    if (found === undefined) {
      refuse(request, response, notFound());
      return;
    }
    const caching = found.isExact
      ? { maxAge: yearMs, immutable: true }
      : { cacheControl: false, headers: { "Cache-Control": "no-store" } };
    // Without ranges: a range of a compressed file would be a range of other bytes.
    response.sendFile(found.fileName, { root: appDir, acceptRanges: false, ...caching }, (error) => {
      if (isError(error) && !request.destroyed) next(error);
    });
  };
}

/** Express calls back with nothing when all went well, whatever its types say. */
function isError(error: unknown): boolean {
  return error !== undefined && error !== null;
}
