import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Heartbeat } from "../../src/websocket/heartbeat.ts";
import { Pulse } from "../../src/websocket/pulse.ts";

const intervalMs = 16_000;

function start(t: TestContext) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const pulse = new Pulse(intervalMs);
  const watch = () => {
    const seen = { pings: 0, idle: 0 };
    const ping = (): void => void (seen.pings += 1);
    const peer = { backlogBytes: 0, bytesAccepted: 0, bytesReceived: 0, ping };
    const heartbeat = new Heartbeat(peer, { onIdle: () => (seen.idle += 1) }, () => 0);
    pulse.start(heartbeat);
    return { seen, heartbeat };
  };
  return { pulse, watch, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test("every heartbeat beats once an interval, whenever it began", (t) => {
  const { watch, pass } = start(t);
  const first = watch();
  pass(intervalMs / 2);
  const second = watch();
  pass(intervalMs / 2);
  assert.deepEqual([first.seen.pings, second.seen.pings], [1, 0]);
  pass(intervalMs / 2);
  assert.deepEqual([first.seen.pings, second.seen.pings], [1, 1]);
});

test("a peer is told of as gone once, and then left alone", (t) => {
  const { watch, pass } = start(t);
  const { seen } = watch();
  pass(20 * intervalMs);
  assert.deepEqual(seen, { pings: 2, idle: 1 });
});

test("a stopped heartbeat beats no more, and the others go on", (t) => {
  const { pulse, watch, pass } = start(t);
  const [stopped, other] = [watch(), watch()];
  pulse.stop(stopped.heartbeat);
  pass(intervalMs);
  assert.deepEqual([stopped.seen.pings, other.seen.pings], [0, 1]);
});

test("who comes after everybody has left is beaten for again", (t) => {
  const { pulse, watch, pass } = start(t);
  pulse.stop(watch().heartbeat);
  pass(intervalMs);
  const { seen } = watch();
  pass(intervalMs);
  assert.equal(seen.pings, 1);
});
