import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Excerpt } from "../../src/browser/excerpt.ts";
import { Timeline } from "../../src/browser/timeline.ts";
import type { ChatEvent, Seq } from "../../src/protocol/events.ts";
import { deletion, edit, message, page, react } from "./events.ts";

const messages = (from: Seq, through: Seq) =>
  Array.from({ length: through - from + 1 }, (_, at) => message(from + at));

function timeline(from: Seq, through: Seq): Timeline {
  const live = new Timeline("e1", through);
  live.takeOlder(page({ head: through, events: messages(from, through), more: from > 1 }));
  return live;
}

function excerpt(from: Seq, through: Seq, position: Seq): Excerpt {
  const part = new Excerpt(position);
  part.takeOlder(page({ head: position, events: messages(from, through), more: from > 1 }));
  part.takeNewer(page({ head: position, events: [], more: true }));
  return part;
}

const seqs = (part: Excerpt | Timeline) => part.messages().map((shown) => shown.message.seq);

test("an excerpt takes acts that come live, and leaves new messages to the end of the log", () => {
  const part = excerpt(3, 6, 20);
  part.take(edit(21, 4, "better"));
  part.take(message(22));
  part.take(deletion(23, 5));
  assert.deepEqual(seqs(part), [3, 4, 5, 6]);
  assert.deepEqual(
    part.messages().map(({ text }) => text),
    ["message 3", "better", "", "message 6"],
  );
});

test("it becomes part of the newest messages where it meets them, and not before", () => {
  const live = timeline(15, 20);
  const part = excerpt(3, 6, 20);
  assert.equal(part.joins(live), false);
  part.takeNewer(page({ head: 20, events: messages(7, 14), more: true }));
  assert.equal(part.joins(live), false, "14 is not 15: there could be one in between");
  part.takeNewer(page({ head: 20, events: messages(15, 16), more: true }));
  assert.equal(part.joins(live), true);
  assert.deepEqual(
    seqs(live),
    messages(3, 20).map(({ seq }) => seq),
  );
  assert.equal(live.hasOlder, true);
});

test("a last page ends it, whatever the newest messages are", () => {
  const live = new Timeline("e1", 20);
  live.takeOlder(page({ head: 20, events: [] }));
  const part = excerpt(3, 6, 20);
  part.takeNewer(page({ head: 20, events: [], more: false }));
  assert.equal(part.joins(live), true);
  assert.deepEqual(seqs(live), [3, 4, 5, 6]);
});

test("what was drawn in an excerpt is not drawn again when it joins the newest messages", () => {
  const live = timeline(7, 20);
  const part = excerpt(3, 6, 20);
  const before = part.messages();
  part.takeNewer(page({ head: 20, events: messages(7, 8), more: true }));
  part.joins(live);
  assert.ok(before.every((shown, at) => live.messages()[at] === shown));
});

test("what is far from the reader is forgotten, and can be loaded again", () => {
  const part = excerpt(1, 30, 40);
  part.keepAround(15, 5, 45);
  assert.deepEqual(seqs(part), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  assert.equal(part.hasOlder, true);
  assert.equal(part.reaches(page({ head: 44 })), false, "acts up to here may have been forgotten");
  part.takeOlder(page({ head: 45, events: messages(6, 10), more: true }));
  assert.equal(part.oldest, 6);
});

test("however a room is read, in parts and live, the same room is shown", () => {
  const before: ChatEvent[] = [...messages(1, 12), edit(13, 2, "two"), react(14, 9), deletion(15, 4)];
  const during: ChatEvent[] = [message(16), react(17, 9, false), edit(18, 3, "three"), deletion(19, 11)];
  const whole = new Timeline("e1", 0);
  for (const event of [...before, ...during]) whole.take(event);
  const split = fc.record({ from: fc.integer({ min: 2, max: 12 }), at: fc.nat(4), cut: fc.nat(12) });
  fc.assert(
    fc.property(split, ({ from, at, cut }) => {
      const isIn = (low: Seq, high: Seq) => (event: ChatEvent) => {
        const seq = event.type === "msg" ? event.seq : event.target;
        return seq >= low && seq <= high;
      };
      const live = new Timeline("e1", 15);
      live.takeOlder(page({ head: 15, events: before.filter(isIn(from, 12)), more: true }));
      for (const event of during.slice(0, at)) live.take(event);
      const part = new Excerpt(live.position);
      const known = [...before, ...during.slice(0, at)];
      const middle = Math.min(cut, from - 1);
      for (const event of during.slice(at)) {
        live.take(event);
        part.take(event);
      }
      part.takeOlder(page({ events: known.filter(isIn(1, middle)) }));
      part.takeNewer(page({ events: known.filter(isIn(middle + 1, from)), more: true }));
      assert.equal(part.joins(live), true);
      assert.deepEqual(live.messages(), whole.messages());
    }),
  );
});
