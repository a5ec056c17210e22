/** What names one request in the log lines of everybody it passes: a proxy's word for it, if that proxy is believed. */

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What proxies make: UUIDs, hex, base64. Anything else, or longer, would let a stranger write into our log. */
const usual = /^[A-Za-z0-9_.:+/=-]{1,128}$/;

/** @param make a fresh one, where none is given that counts */
export function requestId(headers: Headers, trustProxyHops: number, make: () => string): string {
  const given = trustProxyHops > 0 ? headers["x-request-id"] : undefined;
  return typeof given === "string" && usual.test(given) ? given : make();
}
