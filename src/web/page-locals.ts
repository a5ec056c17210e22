/** What every view is given. All addresses are relative, so that they hold under whatever path a proxy puts before ours. */
import type { RequestHandler } from "express";
import type { PageAssets } from "./page-assets.ts";

export function pageLocals(publicName: string, assets: PageAssets): RequestHandler {
  return (request, response, next) => {
    const base = baseOf(request.path);
    const asset = (name: string): string => `${base}static/app/${assets.present(name)}`;
    // Named even where there is none: a view may ask for its room, and an error page has none.
    Object.assign(response.locals, { base, asset, publicName, room: undefined });
    next();
  };
}

/** The way from a page to the chat's root: "" for `/` and `/r`, "../" for `/r/standup`. */
export function baseOf(path: string): string {
  return "../".repeat(Math.max(0, path.split("/").length - 2));
}
