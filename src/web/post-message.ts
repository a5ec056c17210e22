/**
 * `POST /r/:room/messages`: how scripts and other programs say something, with the operator's token. Nothing of a body
 * is read before the token was seen, and never more than 64 KiB.
 */
import { isUtf8 } from "node:buffer";
import express, { Router } from "express";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Post, Posted } from "../chat/posting.ts";
import { decodePost, type PostedMessage } from "../protocol/posted-message.ts";
import { canonicalRoomName } from "../protocol/room-name.ts";
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { Askers } from "./asking.ts";
import { holdsToken, unauthorized } from "./bearer.ts";
import type { Parsed } from "./parameters.ts";
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
const bodyRules = { limit: maxBodyBytes, inflate: false, verify: refuseOtherThanUtf8 };

/** Else what is no text would be kept with holes in it. */
function refuseOtherThanUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error("not UTF-8");
}

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
  const read = readBody(request);
  if (!read.ok) {
    refuse(request, response, read.problem);
    return;
  }
  const room = canonicalRoomName(roomSpelling(request)) ?? "";
  const outcome = await posting.post({ ...read.value, room, address: askers.addressOf(request) });
  if (!outcome.kept) {
    refuse(request, response, refusal(outcome));
    return;
  }
  response.status(outcome.repeat ? 200 : 201).set("Cache-Control", "no-store");
  response.json({ seq: outcome.seq });
}

function readBody(request: Request): Parsed<PostedMessage> {
  const sent = jsonOf(request);
  if (!sent.ok) return sent;
  const decoded = decodePost(sent.value);
  if (decoded.ok) return { ok: true, value: decoded.posted };
  return { ok: false, problem: badField(decoded.field, sent.value, decoded.allowed) };
}

/** What was posted: the JSON, or the form's fields, one of which may hold the JSON, as Slack has it. */
function jsonOf(request: Request): Parsed<unknown> {
  // Express leaves it undefined where no parser knew the content type, or there was no body.
  const body: unknown = request.body;
  if (typeof body !== "object" || body === null) return { ok: false, problem: unknownBody };
  if (request.is("json") !== false || !("payload" in body)) return { ok: true, value: body };
  try {
    return { ok: true, value: JSON.parse(String(body.payload)) };
  } catch {
    return { ok: false, problem: notJson };
  }
}

function badField(field: string, body: unknown, allowed: string): Problem {
  if (field === "body") return { ...notJson, code: "bad_parameter", message: `The body must be ${allowed}.` };
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

const notJson: Problem = {
  status: 400,
  code: "bad_json",
  title: "Not understood",
  message: "The body is not JSON.",
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
    case "entity.verify.failed":
      return { ...notJson, message: "The body is not UTF-8." };
    case "entity.parse.failed":
      return notJson;
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
