/**
 * Answers to requests that cannot be served: a page for people, `{"error":{"code","message"}}` for programs. Never
 * cached, and never a word about our insides.
 */
import type { Request, RequestHandler, Response } from "express";
import type { ErrorCode } from "../protocol/error-codes.ts";
import { nearestRoomName } from "../protocol/room-name.ts";
import { english, type Problems, type Words } from "./texts/english.ts";
import { textsFor } from "./texts/texts.ts";

/** Its words are English, as programs get them. */
export interface Problem extends Words {
  readonly status: number;
  readonly code: ErrorCode;
  /** As a page says it; left out where only programs meet it. */
  readonly inWords?: (problems: Problems) => Words;
  /** A room that may have been meant. */
  readonly meant?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem that people meet, on a page in their language. */
export function problemFor(
  inWords: (problems: Problems) => Words,
  rest: Omit<Problem, keyof Words | "inWords">,
): Problem {
  return { ...inWords(english.problems), inWords, ...rest };
}

export function notFound(): Problem {
  return problemFor(({ nothingHere }) => nothingHere, { status: 404, code: "not_found" });
}

/** @param spelling what a person asked for; a program is not guessed for */
export function noSuchRoomName(spelling = ""): Problem {
  const meant = nearestRoomName(spelling);
  return problemFor(({ noRoomName }) => noRoomName, { status: 404, code: "not_found", meant });
}

export function badParameter(name: string, value: string, allowed: string): Problem {
  const shown = JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  return {
    status: 400,
    code: "bad_parameter",
    title: "Not understood",
    message: `The parameter "${name}" is ${shown} but must be ${allowed}.`,
  };
}

const soon = { "Retry-After": "1" };

/** For programs. @param message why, and that it may pass */
export function unavailable(message: string): Problem {
  const { title } = english.problems.notStarted;
  return { status: 503, code: "unavailable", title, message, headers: soon };
}

export function notStarted(): Problem {
  const rest = { status: 503, code: "unavailable", headers: soon } as const;
  return problemFor((problems) => problems.notStarted, rest);
}

export function unmetPrecondition(): Problem {
  const message = "This is not the file that If-Match or If-Unmodified-Since asks for.";
  return { status: 412, code: "precondition_failed", title: "Another file", message };
}

/** @param waitMs until this address may ask again */
export function tooManyRequests(waitMs: number): Problem {
  const headers = { "Retry-After": String(Math.ceil(waitMs / 1_000)) };
  return problemFor(({ tooMany }) => tooMany, { status: 429, code: "rate_limited", headers });
}

export function internalProblem(): Problem {
  return problemFor(({ internal }) => internal, { status: 500, code: "internal" });
}

export function refuse(request: Request, response: Response, problem: Problem): void {
  // What was set for the answer that is not to be.
  for (const header of ["ETag", "Content-Disposition", "Content-Type"]) response.removeHeader(header);
  response.status(problem.status).set({ ...problem.headers, "Cache-Control": "no-store" });
  // Else Node reads a refused upload to its end, for the sake of the next request behind it.
  if (hasUnreadBody(request)) response.set("Connection", "close");
  if (prefersJson(request)) {
    response.json({ error: { code: problem.code, message: problem.message } });
  } else {
    renderProblem(request, response, problem);
  }
}

function hasUnreadBody({ complete, headers }: Request): boolean {
  return !complete && (headers["transfer-encoding"] ?? headers["content-length"] ?? "0") !== "0";
}

function renderProblem(request: Request, response: Response, problem: Problem): void {
  const { status, meant } = problem;
  const texts = textsFor(request, response);
  const { title, message } = problem.inWords?.(texts.problems) ?? problem;
  response.render("error", { texts, status, title, message, meant }, (failure: unknown, html: string) => {
    if (!(failure instanceof Error)) response.send(html);
    // The view itself is broken, and that is logged by now: plain words are what is left.
    else if (status === 500) response.type("text").send(message);
    else request.next?.(failure);
  });
}

export function methodsOnly(...methods: readonly string[]): RequestHandler {
  return (request, response) => {
    const headers = { Allow: methods.join(", ") };
    const inWords = ({ wrongMethod }: Problems) => wrongMethod(request.method, methods);
    refuse(request, response, problemFor(inWords, { status: 405, code: "method_not_allowed", headers }));
  };
}

/** For whatever has a GET and nothing else. */
export const methodNotAllowed = methodsOnly("GET", "HEAD");

export const onlyGet: RequestHandler = (request, response, next) => {
  if (request.method === "GET" || request.method === "HEAD") next();
  else void methodNotAllowed(request, response, next);
};

function prefersJson(request: Request): boolean {
  const isApi = /^\/r\/[^/]+\/(?:events|people|search|export|messages)$/.test(request.path);
  return isApi || request.accepts(["html", "json"]) === "json";
}
