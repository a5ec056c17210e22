import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameCache, type NumberedOutgoing } from "../../src/chat/recent-frames.ts";
import { textFrame } from "../../src/websocket/frame.ts";

function item(seq: number, bytes = 100): NumberedOutgoing {
  const frame = textFrame("x".repeat(bytes));
  return { seq, frames: { plain: frame, "confab.v1": frame } };
}

function seqs(items: readonly NumberedOutgoing[] | undefined): number[] | undefined {
  return items?.map(({ seq }) => seq);
}

const anySize = Number.MAX_SAFE_INTEGER;

test("events are told from any position above the floor, in order, gaps and all", () => {
  const room = new FrameCache().open(10);
  for (const seq of [12, 15, 16, 20]) room.append(item(seq));
  assert.deepEqual(seqs(room.after(10, 20, anySize)), [12, 15, 16, 20]);
  assert.deepEqual(seqs(room.after(12, 20, anySize)), [15, 16, 20]);
  assert.deepEqual(seqs(room.after(13, 16, anySize)), [15, 16]);
  assert.deepEqual(seqs(room.after(20, 20, anySize)), []);
});

test("below the floor nothing is told: some may be missing there (I5)", () => {
  const room = new FrameCache().open(10);
  room.append(item(12));
  assert.equal(room.after(9, 12, anySize), undefined);
  room.clear();
  assert.equal(room.after(11, 12, anySize), undefined);
  assert.deepEqual(seqs(room.after(12, 12, anySize)), []);
  room.append(item(13));
  assert.deepEqual(seqs(room.after(12, 13, anySize)), [13]);
});

test("a step holds at most the bytes asked for, but always one event", () => {
  const room = new FrameCache().open(0);
  for (let seq = 1; seq <= 10; seq += 1) room.append(item(seq, 10_000));
  assert.deepEqual(seqs(room.after(0, 10, 1)), [1]);
  assert.equal(room.after(0, 10, 35_000)?.length, 3);
});

test("what was read from the log goes before what is held", () => {
  const room = new FrameCache().open(10);
  room.append(item(12));
  room.prepend(5, [item(6), item(10)]);
  assert.equal(room.floor, 5);
  assert.deepEqual(seqs(room.after(5, 12, anySize)), [6, 10, 12]);
});

test("a room holds at most 2,000 events, the newest (I6)", () => {
  const room = new FrameCache().open(0);
  for (let seq = 1; seq <= 10_000; seq += 1) room.append(item(seq, 10));
  const held = room.after(room.floor, 10_000, anySize) ?? [];
  assert(held.length >= 1_000 && held.length <= 2_000, String(held.length));
  assert.equal(held[0]?.seq, room.floor + 1);
  assert.equal(held.at(-1)?.seq, 10_000);
  assert.equal(room.after(room.floor - 1, 10_000, anySize), undefined);
});

test("a room holds at most 1 MiB, and takes nothing from the log over that (I6)", () => {
  const room = new FrameCache().open(0);
  for (let seq = 101; seq <= 200; seq += 1) room.append(item(seq, 30_000));
  const { floor } = room;
  const held = room.after(floor, 200, anySize) ?? [];
  assert(held.length * 30_000 <= 1024 * 1024 && held.length > 10);
  room.prepend(
    0,
    Array.from({ length: 100 }, (_, at) => item(at + 1, 30_000)),
  );
  assert.equal(room.floor, floor);
});

test("over the bound of all rooms, the one used longest ago forgets first (I6)", () => {
  const cache = new FrameCache(100_000);
  const [old, busy] = [cache.open(0), cache.open(0)];
  old.append(item(1, 40_000));
  busy.append(item(2, 40_000));
  busy.append(item(3, 40_000));
  assert.equal(old.after(0, 1, anySize), undefined);
  assert.deepEqual(seqs(busy.after(0, 3, anySize)), [2, 3]);
  cache.close(busy);
  const next = cache.open(3);
  for (const seq of [4, 5]) next.append(item(seq, 40_000));
  assert.deepEqual(seqs(next.after(3, 5, anySize)), [4, 5], "a closed room counts no more");
});

test("a room that is closed leaves its share of the bound to the others (I6)", () => {
  const cache = new FrameCache(50_000);
  const [gone, present] = [cache.open(0), cache.open(0)];
  for (let seq = 1; seq <= 4; seq += 1) gone.append(item(seq, 10_000));
  cache.close(gone);
  const later = cache.open(0);
  for (let seq = 1; seq <= 2; seq += 1) present.append(item(seq, 10_000));
  for (let seq = 1; seq <= 2; seq += 1) later.append(item(seq, 10_000));
  assert.deepEqual(seqs(present.after(0, 2, anySize)), [1, 2]);
  assert.deepEqual(seqs(later.after(0, 2, anySize)), [1, 2]);
});
