/**
 * What programs and the page read of a room over HTTP. A room may be spelled any way; a mistake in a parameter is told
 * by name; an unchanged room costs one look at its version, no read of the log.
 */
import { createHash } from "node:crypto";
import { Router } from "express";
import type { Request, Response } from "express";
import type { MessageLog } from "../message-log/message-log.ts";
import type { Person } from "../protocol/server-frames.ts";
import { canonicalRoomName } from "../protocol/room-name.ts";
import { Exports } from "./export.ts";
import { readEventsQuery, readExportQuery, readPeopleQuery, readSearchQuery } from "./parameters.ts";
import { methodNotAllowed, noSuchRoomName, refuse, unavailable } from "./problem.ts";
import { ReadTurns } from "./read-turns.ts";
import { roomSpelling } from "./room-param.ts";

export interface PeopleSource {
  /** Those present whose name holds the query, all for an empty one; `count` is everybody present. */
  people(room: string, query: string): { readonly count: number; readonly people: readonly Person[] };
}

type RoomHandler = (room: string, request: Request, response: Response) => void | Promise<void>;

export function roomApi(log: MessageLog, people: PeopleSource): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const offer = (name: string, handler: RoomHandler): void => {
    router
      .route(`/r/:room/${name}`)
      .get((request, response) => answer(log, handler, request, response))
      .all(methodNotAllowed);
  };
  const turns = new ReadTurns();
  const exports = new Exports(log);
  offer("events", (room, request, response) => sendEvents({ log, turns }, room, request, response));
  offer("people", (room, request, response) => sendPeople(people, room, request, response));
  offer("search", (room, request, response) => sendHits(log, room, request, response));
  offer("export", async (room, request, response) => {
    const query = readExportQuery(request.query);
    if (!query.ok) refuse(request, response, query.problem);
    else if (!isKnownToClient(log, room, request, response)) {
      await exports.send(room, query.value, request, response);
    }
  });
  return router;
}

async function answer(
  log: MessageLog,
  handler: RoomHandler,
  request: Request,
  response: Response,
): Promise<void> {
  const room = canonicalRoomName(roomSpelling(request));
  if (room === undefined) {
    refuse(request, response, noSuchRoomName());
    return;
  }
  try {
    await handler(room, request, response);
  } catch (error) {
    // The log knows whether the fault is its own, and has told the operator: that is not ours to log again.
    if (log.status.state !== "unavailable" || response.headersSent) throw error;
    refuse(request, response, unavailable(`Messages cannot be read right now: ${log.status.reason}.`));
  }
}

async function sendEvents(
  { log, turns }: { readonly log: MessageLog; readonly turns: ReadTurns },
  room: string,
  request: Request,
  response: Response,
): Promise<void> {
  const query = readEventsQuery(request.query);
  if (!query.ok) {
    refuse(request, response, query.problem);
    return;
  }
  if (isKnownToClient(log, room, request, response)) return;
  const { direction, seq, limit } = query.value;
  await turns.run(() => {
    if (response.destroyed) return;
    response.json(
      direction === "before" ? log.pageBefore(room, seq, limit) : log.pageAfter(room, seq, limit),
    );
  });
}

function sendPeople(people: PeopleSource, room: string, request: Request, response: Response): void {
  const query = readPeopleQuery(request.query);
  response.set("Cache-Control", "no-store");
  if (query.ok) response.json(people.people(room, query.value));
  else refuse(request, response, query.problem);
}

async function sendHits(log: MessageLog, room: string, request: Request, response: Response): Promise<void> {
  const query = readSearchQuery(request.query);
  if (!query.ok) {
    refuse(request, response, query.problem);
    return;
  }
  // The index follows the room a moment later, so the room's version says nothing about what is found.
  response.set("Cache-Control", "no-store");
  try {
    response.json({ hits: await log.search(room, query.value) });
  } catch (error) {
    if (!(error instanceof Error && error.name === "SearchTimeout")) throw error;
    refuse(request, response, unavailable("The search took too long. Try again, or with rarer words."));
  }
}

/** Marks the answer with the room's version, and is the whole answer (304) if the client has that one already. */
function isKnownToClient(log: MessageLog, room: string, request: Request, response: Response): boolean {
  const query = new URLSearchParams(request.url.split("?", 2)[1]);
  const digest = createHash("sha256")
    .update(`${log.version(room)}?${query.toString()}`)
    .digest("base64url");
  // Weak, since compression changes the bytes and not the meaning.
  response.set({ "Cache-Control": "private, no-cache", ETag: `W/"${digest.slice(0, 24)}"` });
  if (!request.fresh) return false;
  response.status(304).end();
  return true;
}
