import assert from "node:assert/strict";
import { test } from "node:test";
import { Presence } from "../../src/browser/presence.ts";
import type { Person, PresenceFrame, WelcomeFrame } from "../../src/protocol/server-frames.ts";

const ana: Person = { id: 1, uid: "ana", name: "Ana" };
const bo: Person = { id: 2, uid: "bo", name: "Bo" };
const me: Person = { id: 3, uid: "me", name: "Me" };

function welcomed(people: readonly Person[], presence = new Presence()): Presence {
  const limits = { max_frame_bytes: 1, max_message_chars: 1, messages_per_second: 1, message_burst: 1 };
  const welcome: WelcomeFrame = {
    type: "welcome",
    room: "room",
    ...me,
    epoch: "e1",
    head: 0,
    resumed: false,
    count: people.length,
    people,
    limits,
  };
  presence.welcome(welcome);
  return presence;
}

function news(fields: Partial<PresenceFrame>): PresenceFrame {
  return { type: "presence", count: 2, joined: [], left: [], renamed: [], ...fields };
}

function lines(presence: Presence): string[] {
  const names = (people: readonly Person[]) => people.map(({ name }) => name).join(" ");
  return presence.moves.map(({ after, joined, left }) => `${after}: +${names(joined)} -${names(left)}`);
}

const noticed = (after: number) => ({ me: "me", after, at: 0 });

test("who comes and goes between two messages is one line", () => {
  const presence = welcomed([me]);
  presence.take(news({ joined: [ana] }), noticed(1));
  presence.take(news({ joined: [bo] }), noticed(1));
  presence.take(news({ left: ["ana"] }), noticed(2));
  assert.deepEqual(lines(presence), ["1: +Ana Bo -", "2: + -Ana"]);
});

test("who was heard before it was told that they came is not told of below their words", () => {
  const presence = welcomed([me]);
  presence.said("ana", 1_000);
  presence.take(news({ joined: [ana, bo] }), { me: "me", after: 1, at: 1_250 });
  assert.deepEqual(lines(presence), ["1: +Bo -"]);
  presence.take(news({ left: ["ana"] }), { me: "me", after: 2, at: 9_000 });
  presence.take(news({ joined: [ana] }), { me: "me", after: 3, at: 9_250 });
  assert.deepEqual(lines(presence).slice(1), ["2: + -Ana", "3: +Ana -"], "what was said before is no matter");
});

test("who came and went again between two messages did neither", () => {
  const presence = welcomed([me, bo]);
  presence.take(news({ joined: [ana] }), noticed(1));
  presence.take(news({ left: ["ana", "bo"] }), noticed(1));
  presence.take(news({ joined: [bo] }), noticed(1));
  assert.deepEqual(lines(presence), []);
});

test("one's own coming, and those known already, are no news", () => {
  const presence = welcomed([me, bo]);
  presence.take(news({ joined: [me, bo] }), noticed(1));
  presence.take(news({ left: ["nobody known"] }), noticed(1));
  assert.deepEqual(lines(presence), []);
});

test("who leaves is named as they were last called", () => {
  const presence = welcomed([me, bo]);
  presence.take(news({ renamed: [{ uid: "bo", name: "Bob" }] }), noticed(1));
  presence.take(news({ left: ["bo"] }), noticed(1));
  assert.deepEqual(lines(presence), ["1: + -Bob"]);
});

test("in a crowd comings and goings are not told, only followed", () => {
  const presence = welcomed([me]);
  presence.take(news({ count: 257, joined: [ana] }), noticed(1));
  assert.deepEqual(lines(presence), []);
  presence.take(news({ count: 256, left: ["ana"] }), noticed(2));
  assert.deepEqual(lines(presence), ["2: + -Ana"]);
});

test("a frame with everybody replaces what was known, without a line", () => {
  const presence = welcomed([me, bo]);
  presence.take(news({ people: [me, ana] }), noticed(1));
  presence.take(news({ left: ["bo", "ana"] }), noticed(1));
  assert.deepEqual(lines(presence), ["1: + -Ana"]);
});

test("who was here before a restart and comes back is no news; who comes a second time is", () => {
  const presence = welcomed([me, ana, bo]);
  welcomed([me], presence);
  presence.take(news({ joined: [ana] }), noticed(1));
  assert.deepEqual(lines(presence), []);
  presence.take(news({ left: ["ana"] }), noticed(2));
  presence.take(news({ joined: [ana] }), noticed(3));
  assert.deepEqual(lines(presence), ["2: + -Ana", "3: +Ana -"]);
});
