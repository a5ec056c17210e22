/** When a room's frames go out: at once while it is quiet, together while writing to everybody takes long. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Broadcast } from "../../src/chat/broadcast.ts";
import { outgoingEvent } from "../../src/chat/outgoing.ts";
import { SharedWrite } from "../../src/websocket/shared-write.ts";

/** A room in which each flush takes so long, on a clock that only flushes and the test move. */
function room(t: TestContext, flushMs: number) {
  t.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  let nowMs = 0;
  class SlowWrite extends SharedWrite {
    override end(): void {
      nowMs += flushMs;
    }
  }
  const counts = { sent: 0, flushes: 0 };
  const onFlushed = (): void => void (counts.flushes += 1);
  const rest = { onBehind: () => undefined, head: 0, now: () => nowMs };
  const broadcast = new Broadcast({ members: new Map(), shared: new SlowWrite(), onFlushed, ...rest });
  const say = (messages: number): void => {
    for (let at = 0; at < messages; at += 1) {
      counts.sent += 1;
      broadcast.send(
        outgoingEvent({ type: "delete", seq: counts.sent, target: 1, uid: "u", at: 0, ref: "r" }),
      );
    }
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    t.mock.timers.tick(ms);
  };
  return { broadcast, counts, say, pass };
}

test("a lone message goes out at once, also in a room that takes long to write to", (t) => {
  const { counts, say, pass } = room(t, 10);
  for (let flushes = 1; flushes <= 3; flushes += 1) {
    say(1);
    pass(0);
    assert.equal(counts.flushes, flushes);
  }
});

test("after a long flush of several messages the next waits as long as it took, and takes all that came", (t) => {
  const { broadcast, counts, say, pass } = room(t, 10);
  say(10);
  pass(0);
  say(10);
  pass(9);
  assert.equal(counts.flushes, 1);
  pass(1);
  assert.deepEqual([counts.flushes, broadcast.taken], [2, 20]);
});

test("where most of the usual company is missing, it is waited for once more, and no longer", (t) => {
  const { broadcast, counts, say, pass } = room(t, 10);
  say(10);
  pass(0);
  say(1);
  pass(10);
  assert.equal(counts.flushes, 1);
  say(9);
  pass(10);
  assert.deepEqual([counts.flushes, broadcast.taken], [2, 20]);
  say(1);
  pass(10);
  assert.equal(counts.flushes, 2);
  pass(10);
  assert.deepEqual([counts.flushes, broadcast.taken], [3, 21]);
});
