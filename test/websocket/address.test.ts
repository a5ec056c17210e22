import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { clientAddress, limitKey } from "../../src/websocket/address.ts";

for (const [address, key] of [
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
] as const) {
  test(`${address} counts as ${key}`, () => {
    assert.equal(limitKey(address), key);
  });
}

function request(peer: string, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const message = new IncomingMessage(socket);
  if (forwardedFor !== undefined) message.headers["x-forwarded-for"] = forwardedFor;
  return message;
}

for (const [what, hops, peer, forwardedFor, address] of [
  ["without a proxy the peer is the client", 0, "192.0.2.7", undefined, "192.0.2.7"],
  ["nobody believes a peer that is no proxy of ours", 0, "192.0.2.7", "10.0.0.1", "192.0.2.7"],
  ["behind one proxy its last word is the client", 1, "10.0.0.1", "198.51.100.9, 192.0.2.7", "192.0.2.7"],
  ["behind two the word before it", 2, "10.0.0.1", "198.51.100.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"],
  ["a chain shorter than the hops ends at its first", 3, "10.0.0.1", "192.0.2.7", "192.0.2.7"],
  ["a proxy that says nothing is the client itself", 1, "10.0.0.1", undefined, "10.0.0.1"],
  ["a client behind a proxy counts by its /64", 1, "10.0.0.1", "2001:db8:1:2:3::1", "2001:db8:1:2::/64"],
  ["a proxy may tell the port", 1, "10.0.0.1", "192.0.2.7:50123", "192.0.2.7"],
  ["and of an IPv6 client", 1, "10.0.0.1", "[2001:db8:1:2::9]:50123", "2001:db8:1:2::/64"],
  ["words around an address tell nothing", 1, "10.0.0.1", "x[2001:db8:1:2::9]", "10.0.0.1"],
  ["before it or behind it", 1, "10.0.0.1", "[2001:db8:1:2::9]x", "10.0.0.1"],
  ["a word that is no address tells nothing", 1, "10.0.0.1", "unknown", "10.0.0.1"],
  ["an address that only ends like such a one", 0, "64:ff9b::ffff:192.0.2.7", undefined, "64:ff9b:0:0::/64"],
  ["an IPv4 peer on an IPv6 socket is the same client", 0, "::ffff:192.0.2.7", undefined, "192.0.2.7"],
] as const) {
  test(`${what}: ${address}`, () => {
    assert.equal(clientAddress(request(peer, forwardedFor), hops), address);
  });
}

for (const peer of [
  "127.0.0.1",
  "::ffff:127.0.0.1",
  "10.1.2.3",
  "172.17.0.1",
  "192.168.0.1",
  "::1",
  "fd00::1",
  "fe80::1",
]) {
  test(`who comes by ${peer} with X-Forwarded-For, and no proxy configured, is not known`, () => {
    assert.equal(clientAddress(request(peer, "192.0.2.7"), 0), undefined);
    assert.notEqual(clientAddress(request(peer), 0), undefined);
  });
}
