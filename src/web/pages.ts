/**
 * A room is a URL with one spelling: `/` is the lobby, `/r/<room>` any other. Other spellings are sent there by a
 * relative address, which holds under whatever path a proxy puts before it.
 */
import { Router } from "express";
import type { Request, Response } from "express";
import type { MessageLog } from "../message-log/message-log.ts";
import { canonicalRoomName, lobby } from "../protocol/room-name.ts";
import type { Turns } from "../turns.ts";
import type { Askers } from "./asking.ts";
import { latestMessages, type LatestMessage } from "./latest-messages.ts";
import { baseOf } from "./page-locals.ts";
import { methodNotAllowed, noSuchRoomName, refuse } from "./problem.ts";
import { ReadTurns } from "./read-turns.ts";
import { roomSpelling } from "./room-param.ts";
import type { Texts } from "./texts/english.ts";
import { textsFor } from "./texts/texts.ts";

interface PagesParts {
  readonly log: MessageLog;
  readonly askers: Askers;
  readonly turns: Turns;
}

interface RoomPage {
  readonly texts: Texts;
  readonly room: string;
  readonly latest: readonly LatestMessage[] | undefined;
}

export function pages({ log, askers, turns }: PagesParts): Router {
  const reads = new ReadTurns(turns);
  const sendRoom = (room: string, request: Request, response: Response): Promise<void> =>
    reads.run(askers.addressOf(request), async () => {
      if (response.destroyed) return;
      const texts = textsFor(request, response);
      await sendPage(response, { texts, room, latest: latestMessages(log, room, texts.time) });
    });
  const router = Router({ strict: true, caseSensitive: true });
  router
    .route("/")
    .get((request, response) => sendRoom(lobby, request, response))
    .all(methodNotAllowed);
  // A room's page without a room, for the service worker to open while there is no server: no room is named like this.
  router
    .route(["/_offline", "/r/_offline"])
    .get((request, response) =>
      sendPage(response, { texts: textsFor(request, response), room: "", latest: undefined }),
    )
    .all(methodNotAllowed);
  router
    .route(["/r/:room", "/r/:room/"])
    .get((request, response) => {
      const room = roomOrRedirect(request, response);
      return room === undefined ? undefined : sendRoom(room, request, response);
    })
    .all(methodNotAllowed);
  return router;
}

/** Nothing where the answer is given already. */
function roomOrRedirect(request: Request, response: Response): string | undefined {
  const spelling = roomSpelling(request);
  const room = canonicalRoomName(spelling);
  if (room === undefined) {
    refuse(request, response, noSuchRoomName(spelling));
    return undefined;
  }
  const isAtHome = room !== lobby && room === spelling && !request.path.endsWith("/");
  if (isAtHome) return room;
  redirect(request, response, room);
  return undefined;
}

/** Resolves when it is rendered: Express does that in a turn of its own. */
function sendPage(response: Response, page: RoomPage): Promise<void> {
  // It carries messages, which may be deleted: a cache between must not hold them.
  response.set("Cache-Control", "private, no-cache");
  return new Promise((resolve, reject) => {
    response.render("room", page, (error: unknown, html) => {
      if (error instanceof Error) reject(error);
      else {
        response.send(html);
        resolve();
      }
    });
  });
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
