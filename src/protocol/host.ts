/** The host a request was sent to, as its browser knows it, in one spelling: what origins are compared with. */

export interface HostHeaders {
  readonly host?: string | undefined;
  readonly "x-forwarded-host"?: string | readonly string[] | undefined;
}

const validHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;
const maxHostLength = 261;

/**
 * `host[:port]` in lower case, or nothing where none can be read.
 * @param trustProxyHops how many proxies' word counts; each may have added its own to `X-Forwarded-Host`
 */
export function requestHost(headers: HostHeaders, trustProxyHops: number): string | undefined {
  const forwarded = trustProxyHops > 0 ? headers["x-forwarded-host"] : undefined;
  const hosts = String(forwarded ?? headers.host ?? "").split(",");
  const host = (hosts.at(-trustProxyHops) ?? hosts[0] ?? "").trim().toLowerCase();
  return host.length <= maxHostLength && validHost.test(host) ? host : undefined;
}

/** The host of an origin as browsers send it, or nothing for one that has none (`null`, a file, nonsense). */
export function hostOfOrigin(origin: string): string | undefined {
  const host = /^https?:\/\/(.+)$/.exec(origin.toLowerCase())?.[1] ?? "";
  return validHost.test(host) ? withoutDefaultPort(host) : undefined;
}

/** Behind a proxy the scheme that the client used is not known for sure, so neither default port tells anything. */
export function withoutDefaultPort(host: string): string {
  return host.toLowerCase().replace(/:(?:80|443)$/, "");
}
