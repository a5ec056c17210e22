/**
 * With ALLOWED_ORIGINS, requests must be for a host of theirs: else a page elsewhere could point its own name at us and
 * read rooms as its own origin (DNS rebinding).
 */
import type { RequestHandler } from "express";
import { hostOfOrigin, requestHost, withoutDefaultPort } from "../protocol/host.ts";
import { problemFor, refuse } from "./problem.ts";
import type { Problems } from "./texts/english.ts";

export function hostGuard(allowedOrigins: readonly string[], trustProxyHops: number): RequestHandler {
  const allowed = new Set(allowedOrigins.map(hostOfOrigin).filter((host) => host !== undefined));
  return (request, response, next) => {
    const host = requestHost(request.headers, trustProxyHops);
    if (allowed.size === 0 || (host !== undefined && allowed.has(withoutDefaultPort(host)))) {
      next();
      return;
    }
    const inWords = ({ wrongHost }: Problems) => wrongHost([...allowed], host);
    refuse(request, response, problemFor(inWords, { status: 421, code: "wrong_host" }));
  };
}

/** Of two hosts a proxy in front may have taken the other one. */
export const oneHost: RequestHandler = (request, response, next) => {
  if ((request.headersDistinct["host"]?.length ?? 0) <= 1) {
    next();
    return;
  }
  response.set("Connection", "close");
  const message = "The request names two hosts.";
  refuse(request, response, { status: 400, code: "wrong_host", title: "Not understood", message });
};
