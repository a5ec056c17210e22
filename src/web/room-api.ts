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
import type { Turns } from "../turns.ts";
import { Places, type Askers } from "./asking.ts";
import { Exports } from "./export.ts";
import { readEventsQuery, readExportQuery, readPeopleQuery, readSearchQuery } from "./parameters.ts";
import { methodNotAllowed, noSuchRoomName, refuse, unavailable } from "./problem.ts";
import { ReadTurns } from "./read-turns.ts";
import { roomSpelling } from "./room-param.ts";
import { UntakenAnswers } from "./untaken-answers.ts";

export interface PeopleSource {
  /** Those present whose name holds the query, all for an empty one; `count` is everybody present. */
  people(room: string, query: string): { readonly count: number; readonly people: readonly Person[] };
}

type RoomHandler = (room: string, request: Request, response: Response) => void | Promise<void>;

/** One runs at a time, within a quarter of a second; without a limit one address could fill the line. */
const searchesPerAddress = 5;

export interface RoomApiParts {
  readonly log: MessageLog;
  readonly people: PeopleSource;
  readonly askers: Askers;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly turns: Turns;
}

export function roomApi({ log, people, askers, now, turns }: RoomApiParts): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const offer = (name: string, handler: RoomHandler): void => {
    router
      .route(`/r/:room/${name}`)
      .get((request, response) => answer(log, handler, request, response))
      .all(methodNotAllowed);
  };
  const history = { log, askers, reads: new ReadTurns(turns), untaken: new UntakenAnswers() };
  const searches = new Places(searchesPerAddress);
  const exports = new Exports({ log, now, turns });
  offer("events", (room, request, response) => sendEvents(history, room, request, response));
  offer("people", (room, request, response) => sendPeople(people, room, request, response));
  offer("search", async (room, request, response) => {
    if (searches.take(askers.addressOf(request), response)) await sendHits(log, room, request, response);
    else refuse(request, response, unavailable("Your network has other searches under way. Try again."));
  });
  offer("export", async (room, request, response) => {
    const query = readExportQuery(request.query);
    if (!query.ok) refuse(request, response, query.problem);
    else if (!isKnownToClient(log, room, request, response)) {
      await exports.send(room, query.value, askers.addressOf(request), { request, response });
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

interface HistoryParts {
  readonly log: MessageLog;
  readonly askers: Askers;
  readonly reads: ReadTurns;
  readonly untaken: UntakenAnswers;
}

async function sendEvents(
  { log, askers, reads, untaken }: HistoryParts,
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
  await reads.run(askers.addressOf(request), () => {
    if (response.destroyed) return;
    const page = direction === "before" ? log.pageBefore(room, seq, limit) : log.pageAfter(room, seq, limit);
    const text = JSON.stringify(page);
    untaken.add(response, text.length);
    response.type("json").send(text);
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
