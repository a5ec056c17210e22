/**
 * A room is a URL with one spelling: `/` is the lobby, `/r/<room>` any other. Other spellings are sent there by a
 * relative address, which holds under whatever path a proxy puts before it.
 */
import { Router } from "express";
import type { Request, Response } from "express";
import type { MessageLog } from "../message-log/message-log.ts";
import { canonicalRoomName, lobby } from "../protocol/room-name.ts";
import { latestMessages, type LatestMessage } from "./latest-messages.ts";
import { baseOf } from "./page-locals.ts";
import { methodNotAllowed, noSuchRoomName, refuse } from "./problem.ts";
import { roomSpelling } from "./room-param.ts";

interface RoomPage {
  readonly room: string;
  readonly latest: readonly LatestMessage[] | undefined;
}

export function pages(log: MessageLog): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router
    .route("/")
    .get((_request, response) => sendRoom(log, response, lobby))
    .all(methodNotAllowed);
  // A room's page without a room, for the service worker to open while there is no server: no room is named like this.
  router
    .route(["/_offline", "/r/_offline"])
    .get((_request, response) => sendPage(response, { room: "", latest: undefined }))
    .all(methodNotAllowed);
  router
    .route(["/r/:room", "/r/:room/"])
    .get((request, response) => sendRoomOrRedirect(log, request, response))
    .all(methodNotAllowed);
  return router;
}

function sendRoomOrRedirect(log: MessageLog, request: Request, response: Response): void {
  const spelling = roomSpelling(request);
  const room = canonicalRoomName(spelling);
  if (room === undefined) {
    refuse(request, response, noSuchRoomName(spelling));
    return;
  }
  const isAtHome = room !== lobby && room === spelling && !request.path.endsWith("/");
  if (isAtHome) sendRoom(log, response, room);
  else redirect(request, response, room);
}

function sendRoom(log: MessageLog, response: Response, room: string): void {
  sendPage(response, { room, latest: latestMessages(log, room) });
}

function sendPage(response: Response, page: RoomPage): void {
  // It carries messages, which may be deleted: a cache between must not hold them.
  response.set("Cache-Control", "private, no-cache");
  response.render("room", page);
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
