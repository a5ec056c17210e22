/**
 * What a browser may do with our pages: run our own script and style, connect to this host, and nothing else (I9).
 * Nothing here needs https or knows the scheme: HSTS and upgrades are the proxy's to say.
 */
import type { RequestHandler } from "express";
import helmet from "helmet";
import { requestHost } from "../protocol/host.ts";

/** @param allowedOrigins whose pages may open a socket, and so show a room in a frame as well */
export function securityHeaders(trustProxyHops: number, allowedOrigins: readonly string[]): RequestHandler {
  // A page opened from a file has no origin that could be named here.
  const framedBy = allowedOrigins.filter((origin) => origin !== "null");
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'", ({ headers }) => webSocketSources(requestHost(headers, trustProxyHops))],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'", ...framedBy],
      },
    },
    // It knows no list: where there is one, it would say the opposite to a browser that takes it first.
    xFrameOptions: framedBy.length === 0,
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: false,
    // Over plain http, as on a LAN, browsers ignore these two and complain in the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

/** Older Safari does not take 'self' as leave to open a WebSocket. */
function webSocketSources(host: string | undefined): string {
  return host === undefined ? "" : `ws://${host} wss://${host}`;
}
