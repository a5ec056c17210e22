/**
 * `POST /r/:room/messages`: how scripts and other programs say something, with the operator's token. Nothing of a body
 * is read before the token was seen, and never more than 64 KiB.
 */
import express, { Router } from "express";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Post, Posted } from "../chat/posting.ts";
import { decodePost } from "../protocol/posted-message.ts";
import { canonicalRoomName } from "../protocol/room-name.ts";
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { Askers } from "./asking.ts";
import { holdsToken, unauthorized } from "./bearer.ts";
import { badParameter, methodsOnly, noSuchRoomName, refuse, type Problem } from "./problem.ts";
import { roomSpelling } from "./room-param.ts";

export interface PostingParts {
  readonly posting: { post(post: Post): Promise<Posted> };
  /** Unset: nobody may post. */
  readonly token: string | undefined;
  /** Whom to count it for. */
  readonly askers: Pick<Askers, "addressOf">;
}

const maxBodyBytes = 64 * 1024;
/** Compressed bodies are refused: a few bytes could be megabytes. */
const bodyRules = { limit: maxBodyBytes, inflate: false };

export function postMessage(parts: PostingParts): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router
    .route("/r/:room/messages")
    .post(
      mayPost(parts.token),
      express.json(bodyRules),
      express.urlencoded({ ...bodyRules, extended: false, parameterLimit: 20 }),
      (request, response) => take(parts, request, response),
    )
    .all(methodsOnly("POST"));
  router.use(refuseBody);
  return router;
}

function mayPost(token: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (canonicalRoomName(roomSpelling(request)) === undefined) refuse(request, response, noSuchRoomName());
    else if (token === undefined) refuse(request, response, postingIsOff);
    else if (!holdsToken(request, token)) refuse(request, response, unauthorized("POST_TOKEN"));
    else next();
  };
}

async function take({ posting, askers }: PostingParts, request: Request, response: Response): Promise<void> {
  const body = bodyOf(request);
  if (body === undefined) {
    refuse(request, response, unknownBody);
    return;
  }
  const decoded = decodePost(body.value);
  if (!decoded.ok) {
    refuse(request, response, badField(decoded.field, body.value, decoded.allowed));
    return;
  }
  const room = canonicalRoomName(roomSpelling(request)) ?? "";
  const outcome = await posting.post({ ...decoded.posted, room, address: askers.addressOf(request) });
  if (!outcome.kept) refuse(request, response, refusal(outcome));
  else
    response
      .status(outcome.repeat ? 200 : 201)
      .set("Cache-Control", "no-store")
      .json({ seq: outcome.seq });
}

/** What was posted: the JSON, or the form's fields, one of which may hold the JSON, as Slack has it. */
function bodyOf(request: Request): { readonly value: unknown } | undefined {
  // Express leaves it undefined where no parser knew the content type, or there was no body.
  const body: unknown = request.body;
  if (typeof body !== "object" || body === null) return undefined;
  if (request.is("json") !== false || !("payload" in body)) return { value: body };
  return { value: typeof body.payload === "string" ? parsed(body.payload) : body.payload };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Nothing is no object, and refused as such.
  }
}

function badField(field: string, body: unknown, allowed: string): Problem {
  const value: unknown =
    typeof body === "object" && body !== null
      ? Object.entries(body).find(([name]) => name === field)?.[1]
      : body;
  if (typeof value === "string") return badParameter(field, value, allowed);
  const what = value === undefined ? "is missing" : "is not a text";
  const message = `The field "${field}" ${what}: it must be ${allowed}.`;
  return { status: 400, code: "bad_parameter", title: "Not understood", message };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  too_long: 413,
  rate_limited: 429,
  ref_reused: 409,
  unavailable: 503,
};

function refusal({ code, message, retryAfterMs }: Extract<Posted, { kept: false }>): Problem {
  const headers =
    retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) };
  return { status: statuses[code] ?? 400, code, title: "Not kept", message, headers };
}

const postingIsOff: Problem = {
  status: 403,
  code: "forbidden",
  title: "Posting is off",
  message:
    'Start the server with POST_TOKEN, a secret of yours, and send it as "Authorization: Bearer" and the token.',
};

const unknownBody: Problem = {
  status: 415,
  code: "bad_content_type",
  title: "Not understood",
  message: 'Send {"text": "…"} as application/json, or text=… as application/x-www-form-urlencoded.',
};

/** What the parsers throw: a mistake in a body, never ours. */
const refuseBody: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const problem = bodyProblem(error);
  // Who went away in the middle of it hears nothing.
  if (problem === undefined) next(error);
  else refuse(request, response, problem);
};

function bodyProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !("type" in error)) return undefined;
  switch (error.type) {
    case "entity.parse.failed":
      return { status: 400, code: "bad_json", title: "Not understood", message: "The body is not JSON." };
    case "entity.too.large":
    case "parameters.too.many":
      return {
        status: 413,
        code: "too_long",
        title: "Too long",
        message: `A body has at most ${maxBodyBytes} bytes.`,
      };
    case "encoding.unsupported":
    case "charset.unsupported":
      return { ...unknownBody, message: "Send the body uncompressed, in UTF-8." };
    case "request.aborted":
    case "request.size.invalid":
      return { status: 400, code: "bad_frame", title: "Cut short", message: "The body ended early." };
    default:
      return undefined;
  }
}
