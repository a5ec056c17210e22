import assert from "node:assert/strict";
import { test } from "node:test";
import { browserStore, type Store } from "../../src/browser/store.ts";
import { Timeline } from "../../src/browser/timeline.ts";
import { Unread } from "../../src/browser/unread.ts";
import type { Seq } from "../../src/protocol/events.ts";
import { message, page, react } from "./events.ts";

function memoryStore(): Store {
  return browserStore(() => {
    throw new Error("blocked");
  });
}

/** One window of a person called "me", and the room it follows. */
function windowOn(store: Store, through: Seq = 0) {
  const live = new Timeline("e1", through);
  const events = Array.from({ length: through }, (_, at) => message(at + 1));
  live.takeOlder(page({ head: through, events }));
  const unread = new Unread(store, "/r/room");
  let isAtNewest = true;
  const follow = () => unread.follow(live, { me: "me", isAtNewest });
  follow();
  return {
    unread,
    follow,
    come: (seq: Seq, uid = "ana") => {
      live.take(message(seq, { uid }));
      return follow();
    },
    react: (seq: Seq, target: Seq) => {
      live.take(react(seq, target));
      return follow();
    },
    look: (isLooking: boolean) => {
      isAtNewest = isLooking;
      return follow();
    },
  };
}

test("on a first visit nothing is new", () => {
  const { unread, follow } = windowOn(memoryStore(), 5);
  assert.equal(unread.line, undefined);
  assert.equal(follow(), 0);
});

test("what comes before one's eyes is not new", () => {
  const { unread, come } = windowOn(memoryStore(), 5);
  assert.equal(come(6), 0);
  assert.equal(unread.line, undefined);
});

test("the line stands before the first message that was missed, and stays while one reads on", () => {
  const { unread, come, look } = windowOn(memoryStore(), 5);
  look(false);
  assert.deepEqual([come(6), come(7)], [1, 2]);
  assert.equal(unread.line, 5);
  assert.equal(look(true), 0);
  come(8);
  assert.equal(unread.line, 5);
});

test("the line moves to the next message that is missed once the newest was seen, and not before", () => {
  const { unread, come, react: reacted, look } = windowOn(memoryStore(), 5);
  look(false);
  come(6);
  look(true);
  reacted(7, 6);
  look(false);
  assert.equal(unread.line, 5);
  come(8);
  come(9);
  assert.equal(unread.line, 7);
});

test("the line goes when one says something, here or elsewhere", () => {
  const { unread, come, look } = windowOn(memoryStore(), 5);
  look(false);
  come(6);
  assert.equal(come(7, "me"), 0);
  assert.equal(unread.line, undefined);
  assert.equal(come(8), 1);
  assert.equal(unread.line, 7);
});

test("the line and the count outlive a reload, and what came meanwhile is new", () => {
  const store = memoryStore();
  const before = windowOn(store, 5);
  before.look(false);
  before.come(6);
  before.look(true);
  const again = windowOn(store, 6);
  assert.equal(again.unread.line, 5, "it was seen, and not answered");
  const later = windowOn(store, 9);
  assert.equal(later.unread.line, 6, "three more came");
  later.come(10);
  assert.equal(later.unread.line, 6, "one sees what comes now");
});

test("what was missed while there was no connection is new, though one sees it come", () => {
  const { unread, come } = windowOn(memoryStore(), 5);
  unread.returned(8);
  for (const seq of [6, 7, 8, 9]) come(seq);
  assert.equal(unread.line, 5);
  unread.returned(9);
  come(10);
  assert.equal(unread.line, 5, "a reconnect that missed nothing moves nothing");
});

test("two windows of one person share what was seen, and none forgets what the other knows", () => {
  const store = memoryStore();
  const [front, back] = [windowOn(store, 5), windowOn(store, 5)];
  back.look(false);
  front.come(6);
  assert.equal(back.come(6), 1);
  back.unread.changedElsewhere("confab:seen:/r/room");
  assert.equal(back.follow(), 0);
  assert.equal(new Unread(store, "/r/room").line, undefined);
});

test("a log that was set back is no reason to count what was seen", () => {
  const store = memoryStore();
  windowOn(store, 9);
  const { unread, follow, come, look } = windowOn(store, 5);
  assert.equal(follow(), 0);
  assert.equal(unread.line, undefined);
  look(false);
  assert.equal(come(6), 1);
});

test("what the store holds and is no mark counts as nothing", () => {
  const store = memoryStore();
  store.set("confab:seen:/r/room", "yesterday");
  assert.equal(new Unread(store, "/r/room").line, undefined);
});
