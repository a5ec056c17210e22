/**
 * The host a request was sent to, as the browser knows it. With ALLOWED_ORIGINS it must be one of theirs: else a page
 * elsewhere could point its own name at us and read rooms as its own origin (DNS rebinding).
 */
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { refuse } from "./problem.ts";

const validHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;
const maxHostLength = 261;

/** `host[:port]` in lower case; from `X-Forwarded-Host` when there is a proxy to believe. */
export function requestHost(request: IncomingMessage, trustProxyHops: number): string | undefined {
  const forwarded = trustProxyHops > 0 ? request.headers["x-forwarded-host"] : undefined;
  const first = String(forwarded ?? request.headers.host ?? "").split(",", 1)[0] ?? "";
  const host = first.trim().toLowerCase();
  return host.length <= maxHostLength && validHost.test(host) ? host : undefined;
}

export function hostGuard(allowedOrigins: readonly string[], trustProxyHops: number): RequestHandler {
  const allowed = new Set(allowedOrigins.filter((origin) => origin !== "null").map(hostOfOrigin));
  return (request, response, next) => {
    const host = requestHost(request, trustProxyHops);
    if (allowed.size === 0 || (host !== undefined && allowed.has(withoutDefaultPort(host)))) {
      next();
      return;
    }
    const message = `This chat is at ${[...allowed].join(" and ")}, not at ${host ?? "an unreadable host"}.`;
    refuse(request, response, { status: 421, code: "wrong_host", title: "Wrong address", message });
  };
}

function hostOfOrigin(origin: string): string {
  return withoutDefaultPort(new URL(origin).host);
}

function withoutDefaultPort(host: string): string {
  return host.replace(/:(?:80|443)$/, "");
}
