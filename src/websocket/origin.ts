/**
 * Which pages may open a socket (I9). Browsers send cookies and keys along to any host a page names, so the server
 * has to look: without this check any page could talk as its visitor (cross-site WebSocket hijacking).
 */

import { hostOfOrigin, withoutDefaultPort } from "../protocol/host.ts";

export interface OriginPolicy {
  /** Empty: same origin only. Otherwise origins as browsers send them, `null` for a page opened from a file. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Why a page must not open a socket here, or nothing if it may.
 * @param origin the Origin header; none is sent by programs that are not browsers, and they are welcome
 * @param host the Host the client asked for
 */
export function originRefusal(
  origin: string | undefined,
  host: string,
  policy: OriginPolicy,
): string | undefined {
  const { allowedOrigins } = policy;
  const asked = withoutDefaultPort(host);
  // A rebound DNS name makes a foreign page same-origin, so with a list the Host must be on it too.
  const hosts = allowedOrigins.map(hostOfOrigin).filter((allowed) => allowed !== undefined);
  if (hosts.length > 0 && !hosts.includes(asked)) {
    return `host ${shown(host)} is not one of ALLOWED_ORIGINS`;
  }
  if (origin === undefined || allowedOrigins.includes(origin)) return undefined;
  return hostOfOrigin(origin) === asked
    ? undefined
    : `origin ${shown(origin)} is not allowed at host ${shown(host)}`;
}

/** Header values go into a status line's body: keep them short and printable. */
function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100).replace(/[^\x20-\x7e]/g, "?"));
}
