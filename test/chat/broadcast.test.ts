/** When a room's frames go out: at once while it is quiet, together while writing to everybody takes long. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Broadcast } from "../../src/chat/broadcast.ts";
import { maxBacklogBytes } from "../../src/chat/member.ts";
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

test("I6 a flush takes no more than a reader may be behind; what came beyond it goes out in the next", (t) => {
  const { broadcast, counts, pass } = room(t, 0);
  const msg = "x".repeat(maxBacklogBytes / 8);
  for (let seq = 1; seq <= 20; seq += 1) {
    broadcast.send(outgoingEvent({ type: "msg", seq, id: 1, uid: "u", name: "Ana", msg, at: 0, ref: "r" }));
  }
  pass(0);
  assert.equal(broadcast.taken, 20);
  assert.ok(counts.flushes >= 3 && counts.flushes < 20, `${counts.flushes} flushes`);
});

test("a message longer than a flush goes out all the same, alone", (t) => {
  const { broadcast, pass } = room(t, 0);
  const msg = "x".repeat(2 * maxBacklogBytes);
  broadcast.send(outgoingEvent({ type: "msg", seq: 1, id: 1, uid: "u", name: "Ana", msg, at: 0, ref: "r" }));
  pass(0);
  assert.equal(broadcast.taken, 1);
});

test("I5 who has seen an event goes on behind it, and who has seen none of the queue at its first", (t) => {
  const { broadcast, say } = room(t, 0);
  say(3);
  assert.deepEqual(
    [0, 1, 2, 3].map((seq) => broadcast.positionAfter(seq)),
    [0, 1, 2, 3],
  );
});

test("a closed room sends nothing of what waited", (t) => {
  const { broadcast, counts, say, pass } = room(t, 10);
  say(10);
  pass(0);
  say(10);
  broadcast.close();
  pass(100);
  assert.deepEqual([counts.flushes, broadcast.taken], [1, 10]);
});
