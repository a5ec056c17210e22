/**
 * What makes the page an app: its description, and its service worker, which must lie at the root to see all rooms.
 * Both are asked for anew each time, so that no browser stays with an old one. All addresses are relative.
 */
import { join } from "node:path";
import { Router } from "express";
import type { Response } from "express";
import type { PageAssets } from "./page-assets.ts";
import { methodNotAllowed } from "./problem.ts";

/** As in tokens.css, light: browsers take one colour only. */
const paper = "#fdfcfb";

export function installable(publicName: string, staticDir: string, assets: PageAssets): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const description = JSON.stringify(appDescription(publicName));
  router
    .route("/app.webmanifest")
    .get((_request, response) => {
      response.set("Cache-Control", "no-cache").type("application/manifest+json").send(description);
    })
    .all(methodNotAllowed);
  router
    .route("/service-worker.js")
    .get((_request, response) => sendWorker(response, join(staticDir, "app"), assets))
    .all(methodNotAllowed);
  return router;
}

function appDescription(name: string): object {
  const icon = (file: string, size: number, purpose: string) => {
    return { src: `static/${file}.png`, sizes: `${size}x${size}`, type: "image/png", purpose };
  };
  return {
    name,
    short_name: name,
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: paper,
    theme_color: paper,
    icons: [
      icon("icon-192", 192, "any"),
      icon("icon-512", 512, "any"),
      icon("icon-maskable-512", 512, "maskable"),
    ],
  };
}

function sendWorker(response: Response, appDir: string, assets: PageAssets): void {
  const headers = { "Cache-Control": "no-cache" };
  const fileName = assets.present("service-worker.js");
  response.sendFile(fileName, { root: appDir, acceptRanges: false, cacheControl: false, headers });
}
