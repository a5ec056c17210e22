/** Work that waits its turn: how much of it a turn of the event loop does, and what comes before it. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Turns } from "../src/turns.ts";

/** A monotonic clock began with the process, or the machine. */
const longAfterStart = 1_000_000;

test("a turn does jobs until its budget is spent, the next goes on, in the order they came", async () => {
  let nowMs = 0;
  const done: number[] = [];
  const turns = new Turns(() => nowMs, 3);
  for (let job = 0; job < 5; job += 1) {
    turns.add(() => {
      done.push(job);
      nowMs += 2;
    });
  }
  await nextTurn();
  assert.deepEqual(done, [0, 1]);
  await nextTurn();
  assert.deepEqual(done, [0, 1, 2, 3]);
});

test("what is added by a job comes after what waited longer", async () => {
  let nowMs = 0;
  const done: string[] = [];
  const turns = new Turns(() => nowMs, 1);
  turns.add(() => {
    done.push("first");
    turns.add(() => void done.push("added"));
    nowMs += 1;
  });
  turns.add(() => void done.push("second"));
  await nextTurn();
  await nextTurn();
  assert.deepEqual(done, ["first", "second", "added"]);
});

for (const [name, patienceMs, stepMs] of [
  ["four milliseconds only", undefined, 1],
  ["as long as they can, where that is longer", 40, 10],
] as const) {
  test(`while connections come in jobs wait, but for ${name}`, async () => {
    let nowMs = 0;
    let done = 0;
    const server = new EventEmitter();
    const turns = new Turns(() => nowMs).letIn(server, patienceMs);
    turns.add(() => (done += 1));
    for (; nowMs < (patienceMs ?? 4); nowMs += stepMs) {
      server.emit("connection");
      await nextTurn();
      assert.equal(done, 0, `after ${nowMs} ms`);
    }
    server.emit("connection");
    await nextTurn();
    assert.equal(done, 1);
  });
}

test("jobs go on in the first turn that brings no connection", async () => {
  let done = 0;
  const server = new EventEmitter();
  const turns = new Turns(() => 0).letIn(server);
  turns.add(() => (done += 1));
  server.emit("connection");
  await nextTurn();
  assert.equal(done, 0);
  await nextTurn();
  assert.equal(done, 1);
});

test("what may be soon is done at once until the turn's budget is spent, and never before what waits", async () => {
  let nowMs = longAfterStart;
  const done: number[] = [];
  const turns = new Turns(() => nowMs, 3);
  for (let job = 0; job < 4; job += 1) {
    turns.soon(() => {
      done.push(job);
      nowMs += job === 3 ? 0 : 2;
    });
  }
  assert.deepEqual(done, [0, 1]);
  await nextTurn();
  assert.deepEqual(done, [0, 1, 2, 3]);
});

test("what may be soon comes after what waits, though the turn has time left", async () => {
  const done: string[] = [];
  const turns = new Turns(() => longAfterStart);
  turns.add(() => void done.push("waits"));
  turns.soon(() => void done.push("soon"));
  assert.deepEqual(done, []);
  await nextTurn();
  assert.deepEqual(done, ["waits", "soon"]);
});

test("the next turn has its whole budget for what may be soon", async () => {
  let nowMs = longAfterStart;
  const done: string[] = [];
  const turns = new Turns(() => nowMs, 3);
  for (const job of ["first", "second"]) {
    turns.soon(() => {
      done.push(job);
      nowMs += 3;
    });
    assert.equal(done.at(-1), job);
    await nextTurn();
  }
});

test("what may be soon waits its turn while a crowd comes in, and not for a few who come together", async () => {
  let nowMs = longAfterStart;
  const done: string[] = [];
  const server = new EventEmitter();
  const turns = new Turns(() => nowMs, 3).letIn(server);
  const come = (connections: number): void => {
    for (let each = 0; each < connections; each += 1) server.emit("connection");
  };
  come(10);
  turns.soon(() => void done.push("of a few"));
  assert.deepEqual(done, ["of a few"]);
  await nextTurn();
  come(10);
  turns.soon(() => void done.push("of a crowd"));
  assert.deepEqual(done, ["of a few"]);
  await nextTurn();
  await nextTurn();
  assert.deepEqual(done, ["of a few", "of a crowd"]);
  nowMs += 100;
  turns.soon(() => void done.push("after it"));
  assert.equal(done.at(-1), "after it");
  await nextTurn();
  come(1);
  turns.soon(() => void done.push("later"));
  assert.deepEqual(done, ["of a few", "of a crowd", "after it", "later"]);
});
