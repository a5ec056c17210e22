/**
 * Answers to requests that cannot be served: a page for people, `{"error":{"code","message"}}` for programs. Never
 * cached, and never a word about our insides.
 */
import type { Request, RequestHandler, Response } from "express";
import type { ErrorCode } from "../protocol/error-codes.ts";
import { nearestRoomName } from "../protocol/room-name.ts";

export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  /** A heading for people. */
  readonly title: string;
  /** One sentence that says what to do. */
  readonly message: string;
  /** A room that may have been meant. */
  readonly meant?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export function notFound(): Problem {
  const message = "There is nothing at this address. A room is at /r/ and its name.";
  return { status: 404, code: "not_found", title: "Nothing here", message };
}

/** @param spelling what a person asked for; a program is not guessed for */
export function noSuchRoomName(spelling = ""): Problem {
  const message = "A room’s name is 1 to 64 letters, digits, _ or -, and begins with a letter or digit.";
  const meant = nearestRoomName(spelling);
  return { status: 404, code: "not_found", title: "That can’t be a room’s name", message, meant };
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

/** @param message why, and that it may pass */
export function unavailable(message: string): Problem {
  const headers = { "Retry-After": "1" };
  return { status: 503, code: "unavailable", title: "Not right now", message, headers };
}

export function unmetPrecondition(): Problem {
  const message = "This is not the file that If-Match or If-Unmodified-Since asks for.";
  return { status: 412, code: "precondition_failed", title: "Another file", message };
}

/** @param waitMs until this address may ask again */
export function tooManyRequests(waitMs: number): Problem {
  const headers = { "Retry-After": String(Math.ceil(waitMs / 1_000)) };
  const message = "Too many requests from your network at once. Try again in a moment.";
  return { status: 429, code: "rate_limited", title: "Not so fast", message, headers };
}

export function internalProblem(): Problem {
  return {
    status: 500,
    code: "internal",
    title: "That went wrong",
    message: "The fault is ours and was noted. Try again.",
  };
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
  const { status, title, message, meant } = problem;
  response.render("error", { status, title, message, meant }, (failure: unknown, html: string) => {
    if (!(failure instanceof Error)) response.send(html);
    // The view itself is broken, and that is logged by now: plain words are what is left.
    else if (status === 500) response.type("text").send(message);
    else request.next?.(failure);
  });
}

export function methodsOnly(...methods: readonly string[]): RequestHandler {
  return (request, response) => {
    refuse(request, response, {
      status: 405,
      code: "method_not_allowed",
      title: "Not like this",
      message: `There is no ${request.method} here, only ${methods.join(" and ")}.`,
      headers: { Allow: methods.join(", ") },
    });
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
