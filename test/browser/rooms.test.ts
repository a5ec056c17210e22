import assert from "node:assert/strict";
import { test } from "node:test";
import { Rooms } from "../../src/browser/rooms.ts";
import { roomTyped } from "../../src/browser/room-typed.ts";
import type { Store } from "../../src/browser/store.ts";
import { UnreadRounds, maxCounted } from "../../src/browser/unread-rounds.ts";
import type { ChatEvent, EventsPage, MessageEvent } from "../../src/protocol/events.ts";

function memoryStore(): Store {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

function names({ list }: Rooms): string[] {
  return list.value.map(({ name }) => name);
}

function said(seq: number, uid: string, isDeleted = false): MessageEvent {
  const message = { type: "msg", msg: "hello", id: 1, seq, uid, name: uid, at: seq, ref: `r${seq}` } as const;
  return isDeleted ? { ...message, msg: "", deleted: true } : message;
}

function page(events: readonly ChatEvent[], more = false): EventsPage {
  return { epoch: "e", head: 99, events, more };
}

test("rooms keep their places in the list, the one found last first, whichever is opened", () => {
  const store = memoryStore();
  new Rooms(store, "/r/lobby").opened(1);
  new Rooms(store, "/r/%E8%AA%AD%E6%9B%B8%E4%BC%9A").opened(2);
  new Rooms(store, "/r/standup").opened(3);
  const rooms = new Rooms(store, "/r/lobby");
  rooms.opened(4);
  assert.deepEqual(names(rooms), ["standup", "読書会", "lobby"]);
  rooms.forget("/r/standup");
  assert.deepEqual(names(rooms), ["読書会", "lobby"]);
});

test("another chat of the same origin has a list of its own, and what is not ours is left alone", () => {
  const store = memoryStore();
  new Rooms(store, "/r/standup").opened(1);
  new Rooms(store, "/chat/r/standup").opened(1);
  store.set("confab:room:/r/broken", "hello");
  store.set("confab:room:/r/%zz", "1 1");
  store.set("confab:room:/r/standup/deeper", "1 1");
  const rooms = new Rooms(store, "/chat/r/lobby");
  rooms.opened(2);
  assert.deepEqual(names(rooms), ["lobby", "standup"]);
  assert.deepEqual(names(new Rooms(store, "/r/standup")), ["standup"]);
});

test("of more than fifty rooms those opened least lately are forgotten", () => {
  const store = memoryStore();
  for (let at = 1; at <= 52; at += 1) new Rooms(store, `/r/room-${at}`).opened(at);
  const rooms = new Rooms(store, "/r/room-3");
  rooms.opened(60);
  assert.equal(rooms.list.value.length, 50);
  assert.equal(names(rooms).at(-1), "room-3");
});

test("what one window counted, the others show", () => {
  const store = memoryStore();
  const [one, other] = [new Rooms(store, "/r/a"), new Rooms(store, "/r/b")];
  one.opened(1);
  other.opened(2);
  one.counted("/r/b", 7, 5);
  other.changedElsewhere("confab:unread:/r/b");
  assert.deepEqual(
    other.list.value.map(({ name, unread }) => [name, unread]),
    [
      ["b", 7],
      ["a", 0],
    ],
  );
  assert.equal(other.countedAt("/r/b"), 5);
});

interface Asked {
  readonly path: string;
  readonly after: number;
}

function rounds(answer: (asked: Asked) => EventsPage, isInView = true) {
  const store = memoryStore();
  for (const name of ["a", "b", "c"]) new Rooms(store, `/r/${name}`).opened(1);
  const rooms = new Rooms(store, "/r/a");
  const asked: Asked[] = [];
  const round = new UnreadRounds({
    rooms,
    seen: (path) => (path === "/r/c" ? undefined : 10),
    me: () => "me",
    isInView: () => isInView,
    // A promise, so that what it throws rejects.
    ask: (path, after) =>
      Promise.resolve({ path, after }).then((question) => {
        asked.push(question);
        return answer(question);
      }),
  });
  return { rooms, asked, round };
}

test("unread are the messages of others that are not deleted, in rooms that were seen and are not open here", async () => {
  const events = [said(11, "me"), said(12, "bo"), said(13, "cy", true), said(14, "cy")];
  const { rooms, asked, round } = rounds(() => page(events));
  await round.go();
  assert.deepEqual(asked, [{ path: "/r/b", after: 10 }]);
  assert.deepEqual(
    rooms.list.value.map(({ name, unread }) => [name, unread]),
    [
      ["a", 0],
      ["b", 2],
      ["c", 0],
    ],
  );
});

test("what was just counted, by whichever window, is not asked again; a hidden window does not ask", async () => {
  const { rooms, asked, round } = rounds(() => page([]));
  rooms.counted("/r/b", 1, Date.now());
  await round.go();
  assert.deepEqual(asked, []);
  rooms.counted("/r/b", 1, Date.now() - 20_000);
  await round.go();
  assert.equal(asked.length, 1);
  const hidden = rounds(() => page([]), false);
  await hidden.round.go();
  assert.deepEqual(hidden.asked, []);
});

test("a server that does not answer ends the round, and the count stays as it was", async () => {
  const { rooms, round } = rounds(() => {
    throw new Error("offline");
  });
  rooms.counted("/r/b", 5, 0);
  await round.go();
  assert.equal(rooms.list.value.find(({ name }) => name === "b")?.unread, 5);
  const many = Array.from({ length: maxCounted }, (_, at) => said(11 + at, "bo"));
  const again = rounds(() => page(many, true));
  await again.round.go();
  assert.equal(again.rooms.list.value.find(({ name }) => name === "b")?.unread, maxCounted);
});

test("a room is opened by its name, with spaces too, or by its whole link", () => {
  for (const [typed, room] of [
    ["standup", "standup"],
    [" Stand Up ", "stand-up"],
    ["/r/standup", "standup"],
    ["https://talk.example/chat/r/%E8%AA%AD%E6%9B%B8%E4%BC%9A?embed#m5", "読書会"],
    ["読書会", "読書会"],
    ["", undefined],
    ["?!", undefined],
    ["-a", undefined],
    ["100%", undefined],
  ] as const) {
    assert.equal(roomTyped(typed), room, typed);
  }
});
