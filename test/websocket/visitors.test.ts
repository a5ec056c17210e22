/** What one address may ask for in all, and what it owes. */
import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { variables } from "../../src/config.ts";
import { Visitors } from "../../src/websocket/visitors.ts";
import { readme } from "../support/readme.ts";

interface Door {
  readonly who: Visitors;
  readonly pass: (ms: number) => void;
  readonly warnings: readonly object[];
}

function visitors(maxConnectionsPerAddress: number): Door {
  let nowMs = 0;
  const now = (): number => nowMs;
  const warnings: object[] = [];
  const onWarning = (event: string, details: object) => void warnings.push({ event, ...details });
  const options = { trustProxyHops: 0, maxConnectionsPerAddress, onWarning, now };
  return { who: new Visitors(options), pass: (ms) => (nowMs += ms), warnings };
}

for (const [share, atOnce, perSecond, inReadme] of [
  ["connections", 400, 20, "20 a second and 400 at once an address"],
  ["frames", 2_000, 2_000, "2,000 a second beyond"],
  ["reads", 200, 40, "40 a second and 200 at once an address"],
] as const) {
  test(`an address of 200 connections has ${atOnce} ${share} at once and ${perSecond} a second, as README says`, () => {
    assert(readme.includes(inReadme), inReadme);
    assert.equal(variables.maxConnectionsPerIp.fallback, "200");
    const { who, pass } = visitors(200);
    for (let at = 0; at < atOnce; at += 1) assert.equal(who.refusedForMs(share, "a"), 0);
    assert(who.refusedForMs(share, "a") > 0);
    assert.equal(who.refusedForMs(share, "b"), 0);
    pass(1_000);
    for (let at = 0; at < perSecond; at += 1) assert.equal(who.refusedForMs(share, "a"), 0);
    assert(who.refusedForMs(share, "a") > 0);
  });
}

test("what has come already is owed, and costs as long as it takes to come back", () => {
  const { who, pass } = visitors(200);
  assert.equal(who.owedMs("frames", "a", 2_000), 1);
  assert.equal(who.owedMs("frames", "a", 2_000), 1_001);
  pass(1_001);
  assert.equal(who.owedMs("frames", "a", 0), 0);
});

test("where an address may have any number of connections, nothing is counted", () => {
  const { who } = visitors(0);
  for (let at = 0; at < 10_000; at += 1) assert.equal(who.refusedForMs("reads", "a", 100), 0);
  assert.equal(who.owedMs("frames", "a", 1e9), 0);
});

test("who has no known address is not counted", () => {
  const { who } = visitors(1);
  for (const nobody of [undefined, ""]) {
    for (let at = 0; at < 1_000; at += 1) assert.equal(who.refusedForMs("reads", nobody, 100), 0);
  }
  assert.equal(who.owedMs("frames", "", 1e9), 0);
});

test("few connections an address still leave room for one person", () => {
  const { who, pass } = visitors(1);
  for (let at = 0; at < 20; at += 1) assert.equal(who.refusedForMs("connections", "a"), 0);
  assert.equal(who.refusedForMs("connections", "a"), 1_000);
  pass(1_000);
  assert.equal(who.refusedForMs("connections", "a"), 0);
});

test("the operator is told where a flood comes from, once in ten seconds and with how many were closed", () => {
  const { who, pass, warnings } = visitors(200);
  for (let at = 0; at < 1_000; at += 1) who.shutOut("192.0.2.1");
  pass(9_999);
  who.shutOut("192.0.2.1");
  pass(1);
  who.shutOut("192.0.2.2");
  assert.deepEqual(warnings, [
    { event: "flood_closed", address: "192.0.2.1", connections: 1 },
    { event: "flood_closed", address: "192.0.2.2", connections: 1_001 },
  ]);
});

test("of a proxy nobody told us of the operator is told once, and nobody behind it is known", () => {
  const { who, warnings } = visitors(200);
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: "10.0.0.1" });
  const request = new IncomingMessage(socket);
  assert.equal(who.addressOf(request), "10.0.0.1");
  request.headers["x-forwarded-for"] = "192.0.2.7";
  for (let at = 0; at < 3; at += 1) assert.equal(who.addressOf(request), undefined);
  const hint = "a proxy sends X-Forwarded-For but TRUST_PROXY is 0: limits per address are off behind it";
  assert.deepEqual(warnings, [{ event: "proxy_not_trusted", hint }]);
});
