/**
 * A room is a URL with one spelling: `/` is the lobby, `/r/<room>` any other. Other spellings are sent there by a
 * relative address, which holds under whatever path a proxy puts before it.
 */
import { Router } from "express";
import type { Request, Response } from "express";
import { canonicalRoomName, lobby } from "../protocol/room-name.ts";
import { baseOf } from "./page-locals.ts";
import { methodNotAllowed, noSuchRoomName, refuse } from "./problem.ts";
import { roomSpelling } from "./room-param.ts";

export function pages(): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router
    .route("/")
    .get((_request, response) => sendRoom(response, lobby))
    .all(methodNotAllowed);
  router
    .route(["/r/:room", "/r/:room/"])
    .get((request, response) => sendRoomOrRedirect(request, response, roomSpelling(request)))
    .all(methodNotAllowed);
  return router;
}

/** @param spelling percent-decoded once */
function sendRoomOrRedirect(request: Request, response: Response, spelling: string): void {
  const room = canonicalRoomName(spelling);
  if (room === undefined) {
    refuse(request, response, noSuchRoomName());
    return;
  }
  const isAtHome = room !== lobby && room === spelling && !request.path.endsWith("/");
  if (isAtHome) sendRoom(response, room);
  else redirect(request, response, room);
}

function sendRoom(response: Response, room: string): void {
  response.set("Cache-Control", "no-cache");
  response.render("room", { room });
}

function redirect(request: Request, response: Response, room: string): void {
  const root = baseOf(request.path);
  // From /r/Foo the way is "foo", from /r/foo/ it is "../foo".
  const fromRooms = root.slice("../".length);
  const address = room === lobby ? root : fromRooms + encodeURIComponent(room);
  const query = /\?.*$/.exec(request.url)?.[0] ?? "";
  response.set("Cache-Control", "no-cache").location(address + query);
  response.status(308).end();
}
