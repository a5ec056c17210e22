import test from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { DeleteEvent, EditEvent, MessageEvent, ReactEvent } from "../../src/protocol/events.ts";
import { fold, netActs, shown, untouched } from "../../src/protocol/fold.ts";
import type { NetState } from "../../src/protocol/fold.ts";

type Act = EditEvent | DeleteEvent | ReactEvent;

const message: MessageEvent = {
  type: "msg",
  msg: "first words",
  id: 1,
  seq: 1,
  uid: "writer",
  name: "Writer",
  at: 1,
  ref: "m",
};

const kinds = fc.oneof(
  fc.record({ type: fc.constant("edit" as const), msg: fc.string() }),
  fc.record({
    type: fc.constant("react" as const),
    uid: fc.constantFrom("ann", "ban", "bob", "cyd"),
    emoji: fc.constantFrom("👍", "🎉", "❤️"),
    on: fc.boolean(),
  }),
);
/** Numbered in order, and sometimes with the deletion that ends the message. */
const lives = fc.tuple(fc.array(kinds, { maxLength: 40 }), fc.boolean()).map(([acts, isDeleted]) => {
  const life: Act[] = acts.map((act, at) => numbered(act, at + 2));
  const seq = acts.length + 2;
  if (isDeleted) life.push({ type: "delete", seq, target: 1, uid: "writer", at: seq, ref: `d${seq}` });
  return life;
});

type Unnumbered = { type: "edit"; msg: string } | { type: "react"; uid: string; emoji: string; on: boolean };

function numbered(act: Unnumbered, seq: number): Act {
  const common = { seq, target: 1, at: seq, ref: `r${seq}` };
  if (act.type === "edit") return { ...common, ...act, uid: "writer" };
  return { ...common, ...act, name: act.uid };
}

function foldAll(acts: readonly Act[], from: NetState = untouched): NetState {
  return acts.reduce(fold, from);
}

function shuffled<Item>(items: readonly Item[], order: readonly number[]): Item[] {
  return items
    .map((item, at) => ({ item, key: order[at] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const orders = fc.array(fc.double({ noNaN: true }), { minLength: 41, maxLength: 41 });

test("acts leave the same in every order, and repeated", () => {
  fc.assert(
    fc.property(lives, orders, fc.nat({ max: 40 }), (life, order, repeated) => {
      const mixed = [...shuffled(life, order), ...life.slice(0, repeated)];
      assert.deepEqual(shown(message, foldAll(mixed)), shown(message, foldAll(life)));
    }),
  );
});

test("net acts, folded, tell what all acts told, alone and on top of any part of them", () => {
  fc.assert(
    fc.property(lives, fc.nat({ max: 41 }), (life, seen) => {
      const whole = foldAll(life);
      const acts = netActs(whole).filter((act): act is Act => act.type !== "msg");
      assert.deepEqual(shown(message, foldAll(acts)), shown(message, whole));
      assert.deepEqual(shown(message, foldAll(life.slice(seen), foldAll(acts))), shown(message, whole));
    }),
  );
});

test("net acts come in order, one for each thing that is to be seen", () => {
  fc.assert(
    fc.property(lives, (life) => {
      const state = foldAll(life);
      const acts = netActs(state);
      assert.deepEqual(
        acts.map((act) => act.seq),
        acts.map((act) => act.seq).toSorted((a, b) => a - b),
      );
      const { reactions, isEdited, isDeleted } = shown(message, state);
      const given = reactions.reduce((count, { by }) => count + by.length, 0);
      assert.equal(acts.length, given + Number(isEdited) + Number(isDeleted));
    }),
  );
});

test("an act that changes nothing leaves the very same state", () => {
  fc.assert(
    fc.property(lives, (life) => {
      const state = foldAll(life);
      for (const act of life) assert.equal(fold(state, act), state);
    }),
  );
});

test("a state that was handed out never changes", () => {
  fc.assert(
    fc.property(lives, fc.nat({ max: 41 }), (life, at) => {
      const early = foldAll(life.slice(0, at));
      const before = structuredClone(early);
      foldAll(life, early);
      assert.deepEqual(early, before);
    }),
  );
});

test("a deletion leaves no text and no reactions, also when it comes first", () => {
  const state = foldAll([
    { type: "delete", seq: 9, target: 1, uid: "writer", at: 9, ref: "d" },
    { type: "edit", seq: 5, target: 1, uid: "writer", msg: "better words", at: 5, ref: "e" },
    { type: "react", seq: 6, target: 1, uid: "ann", name: "Ann", emoji: "👍", on: true, at: 6, ref: "r" },
  ]);
  assert.deepEqual(shown(message, state), {
    message,
    text: "",
    isDeleted: true,
    isEdited: false,
    reactions: [],
  });
});

test("thousands of reactions are counted each", () => {
  const acts = Array.from({ length: 5_000 }, (_, at): Act =>
    numbered({ type: "react", uid: `u${at}`, emoji: "👍", on: true }, at + 2),
  );
  const [reaction] = shown(message, foldAll(acts)).reactions;
  assert.equal(reaction?.by.length, 5_000);
});

test("the last edit's words are shown, of each reaction the last that was said, in the order they were given", () => {
  assert.deepEqual(shown(message, untouched), {
    message,
    text: "first words",
    isDeleted: false,
    isEdited: false,
    reactions: [],
  });
  const react = (seq: number, uid: string, emoji: string, on: boolean): Act =>
    numbered({ type: "react", uid, emoji, on }, seq);
  const state = foldAll([
    numbered({ type: "edit", msg: "better words" }, 3),
    numbered({ type: "edit", msg: "words" }, 2),
    react(4, "bob", "🎉", true),
    react(5, "ann", "🎉", true),
    react(6, "cyd", "👍", true),
    react(7, "cyd", "👍", false),
    react(9, "ann", "❤️", true),
    react(8, "ann", "❤️", false),
  ]);
  const { text, isEdited, isDeleted, reactions } = shown(message, state);
  assert.deepEqual([text, isEdited, isDeleted], ["better words", true, false]);
  assert.deepEqual(
    reactions.map(({ emoji, by }) => [emoji, ...by.map(({ uid }) => uid)]),
    [
      ["🎉", "bob", "ann"],
      ["❤️", "ann"],
    ],
  );
  assert.equal(shown({ ...message, msg: "", deleted: true }, state).isDeleted, true);
});
