import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../../src/websocket/heartbeat.ts";

const intervalMs = 25_000;

/** A peer as the sockets would tell it, and time that passes when the test says so. */
function start() {
  let nowMs = 0;
  const seen = { pings: 0, idle: 0 };
  const ping = (): void => {
    seen.pings += 1;
    peer.bytesAccepted += 2;
  };
  const peer = { backlogBytes: 0, bytesAccepted: 0, bytesReceived: 0, ping };
  const heartbeat = new Heartbeat(peer, { onIdle: () => (seen.idle += 1) }, () => nowMs);
  let state = "alive";
  const beats = (count: number): void => {
    for (let beat = 0; beat < count && state === "alive"; beat += 1) {
      nowMs += intervalMs;
      state = heartbeat.beat();
    }
  };
  return { peer, seen, beats };
}

test("a peer that answers nothing is pinged twice, then counts as gone, once", () => {
  const { seen, beats } = start();
  beats(2);
  assert.deepEqual(seen, { pings: 2, idle: 0 });
  beats(1);
  assert.deepEqual(seen, { pings: 2, idle: 1 });
  beats(10);
  assert.deepEqual(seen, { pings: 2, idle: 1 });
});

test("any byte that comes is life, and is pinged all the same, so that no proxy cuts a quiet connection", () => {
  const { peer, seen, beats } = start();
  for (let beat = 0; beat < 20; beat += 1) {
    beats(1);
    peer.bytesReceived += 1;
  }
  assert.deepEqual(seen, { pings: 20, idle: 0 });
  beats(3);
  assert.equal(seen.idle, 1);
});

test("one missed pong is forgiven once bytes come again", () => {
  const { peer, seen, beats } = start();
  for (let round = 0; round < 5; round += 1) {
    beats(2);
    peer.bytesReceived += 10;
  }
  assert.equal(seen.idle, 0);
});

test("a peer with a backlog is not pinged, since its pong could not be seen, while it takes bytes", () => {
  const { peer, seen, beats } = start();
  peer.backlogBytes = 1_000_000;
  for (let beat = 0; beat < 20; beat += 1) {
    peer.bytesAccepted += 1;
    beats(1);
  }
  assert.deepEqual(seen, { pings: 0, idle: 0 });
});

test("a peer that takes no byte of its backlog for 60 s counts as gone", () => {
  const { peer, seen, beats } = start();
  peer.backlogBytes = 1_000_000;
  peer.bytesAccepted = 1;
  beats(3);
  assert.equal(seen.idle, 0);
  beats(1);
  assert.equal(seen.idle, 1);
});

test("a peer that has taken its backlog is pinged again, and not blamed for the time before", () => {
  const { peer, seen, beats } = start();
  beats(2);
  peer.backlogBytes = 1_000_000;
  beats(1);
  peer.backlogBytes = 0;
  beats(2);
  assert.deepEqual(seen, { pings: 4, idle: 0 });
  beats(1);
  assert.equal(seen.idle, 1);
});
