/** Who may ask: a token in the Authorization header, compared in a time that says nothing of where it differs. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { problemFor, type Problem } from "./problem.ts";

export function holdsToken(request: Request, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** @param variable of the environment, whose value is the token */
export function unauthorized(variable: string): Problem {
  const headers = { "WWW-Authenticate": "Bearer" };
  return problemFor(({ noToken }) => noToken(variable), { status: 401, code: "unauthorized", headers });
}

/** Of one length whatever was given: lengths differ in time, too. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
