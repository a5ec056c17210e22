/** Whose connection is it: the key that limits count by. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import proxyaddr from "proxy-addr";

const privateNetworks = new BlockList();
for (const [network, prefix, family] of [
  ["127.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["::1", 128, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
] as const) {
  privateNetworks.addSubnet(network, prefix, family);
}

/**
 * The client's address, `hops` trusted proxies away; or nothing where a proxy nobody told us of stands in front,
 * since then one address would stand for everybody.
 */
export function clientAddress(request: IncomingMessage, hops: number): string | undefined {
  const peer = request.socket.remoteAddress ?? "";
  if (hops === 0 && request.headers["x-forwarded-for"] !== undefined && isPrivate(peer)) return undefined;
  const told = withoutPort(proxyaddr(request, (_address, hop) => hop < hops));
  // A proxy's word that names no address ("unknown") would be as many keys as somebody can think of.
  return limitKey(isIP(told) === 0 ? peer : told);
}

/** Some proxies tell the port too, and every connection has another one. */
function withoutPort(address: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}

/** One subscriber usually holds a whole IPv6 /64, so that is what counts as one address. */
export function limitKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** An IPv4 peer on an IPv6 socket is found among the IPv4 networks too. */
function isPrivate(address: string): boolean {
  return privateNetworks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
