import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Timeline } from "../../src/browser/timeline.ts";
import { deletion, edit, message, page, react } from "./events.ts";

const texts = (timeline: Timeline) => timeline.messages().map(({ text }) => text);

test("I3 an event that comes twice is shown once", () => {
  const timeline = new Timeline("e1", 0);
  for (const event of [message(1), message(2), message(1), message(2)]) timeline.take(event);
  assert.deepEqual(texts(timeline), ["message 1", "message 2"]);
});

test("I4 messages stand in seq order whatever their clocks say and however they came", () => {
  const timeline = new Timeline("e1", 3);
  timeline.take(message(5, { at: 1 }));
  timeline.take(message(4, { at: 9 }));
  timeline.takeOlder(page({ head: 3, events: [message(1, { at: 7 }), message(3, { at: 2 })] }));
  assert.deepEqual(
    timeline.messages().map((shown) => shown.message.seq),
    [1, 3, 4, 5],
  );
});

test("I5 live events move the position, a page of history does not", () => {
  const timeline = new Timeline("e1", 3);
  timeline.takeOlder(page({ head: 9, events: [message(8)] }));
  assert.equal(timeline.position, 3);
  timeline.take(react(6, 8));
  assert.equal(timeline.position, 6);
  timeline.take(message(5));
  assert.equal(timeline.position, 6);
});

test("I5 a page counts only if it reaches the first live event, in the same life of the log", () => {
  const timeline = new Timeline("e2", 10);
  assert.equal(timeline.reaches(page({ epoch: "e2", head: 9 })), false);
  assert.equal(timeline.reaches(page({ epoch: "e1", head: 12 })), false);
  assert.equal(timeline.reaches(page({ epoch: "e2", head: 10 })), true);
});

test("acts may come before their message, and twice", () => {
  const timeline = new Timeline("e1", 0);
  timeline.take(edit(4, 1, "better"));
  timeline.take(react(5, 1));
  timeline.takeOlder(page({ head: 5, events: [message(1), edit(4, 1, "better"), react(5, 1)] }));
  const [shown] = timeline.messages();
  assert.equal(shown?.text, "better");
  assert.equal(shown.isEdited, true);
  assert.equal(shown.reactions[0]?.by.length, 1);
  timeline.take(deletion(6, 1));
  assert.deepEqual([timeline.messages()[0]?.isDeleted, timeline.messages()[0]?.text], [true, ""]);
});

test("however live events and pages overlap, the same room is shown", () => {
  const life = [
    ...[1, 2, 3, 4, 5, 6].map((seq) => message(seq)),
    edit(7, 2, "two"),
    react(8, 3),
    deletion(9, 4),
    react(10, 3, false),
  ];
  const whole = new Timeline("e1", 0);
  for (const event of life) whole.take(event);
  const run = fc.record({
    order: fc.shuffledSubarray(life, { minLength: life.length }),
    cut: fc.nat(life.length),
  });
  fc.assert(
    fc.property(run, ({ order, cut }) => {
      const timeline = new Timeline("e1", 0);
      for (const event of order.slice(0, cut)) timeline.take(event);
      timeline.takeOlder(page({ head: 10, events: life }));
      for (const event of order) timeline.take(event);
      assert.deepEqual(timeline.messages(), whole.messages());
    }),
  );
});

test("a message is the same object until something happens to it", () => {
  const timeline = new Timeline("e1", 0);
  timeline.take(message(1));
  timeline.take(message(2));
  const [first] = timeline.messages();
  timeline.take(edit(3, 2, "two"));
  timeline.take(message(4));
  assert.equal(timeline.messages()[0], first);
  assert.equal(timeline.messages(), timeline.messages());
});

test("what was trimmed can be loaded again", () => {
  const timeline = new Timeline("e1", 0);
  timeline.takeOlder(page({ head: 0 }));
  assert.equal(timeline.hasOlder, false);
  for (const seq of [1, 2, 3]) timeline.take(message(seq));
  timeline.trim(2);
  assert.deepEqual([timeline.length, timeline.oldest, timeline.hasOlder], [2, 2, true]);
  timeline.takeOlder(page({ head: 3, events: [message(1), edit(4, 1, "one")] }));
  assert.deepEqual(texts(timeline), ["one", "message 2", "message 3"]);
});

test("a page that brings nothing older ends the history, even if it claims more", () => {
  const timeline = new Timeline("e1", 3);
  timeline.takeOlder(page({ head: 3, events: [message(3)], more: true }));
  assert.equal(timeline.hasOlder, true);
  timeline.takeOlder(page({ head: 3, events: [], more: true }));
  assert.equal(timeline.hasOlder, false);
});
