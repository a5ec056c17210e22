import assert from "node:assert/strict";
import { test } from "node:test";
import { ackTimeoutMs, Outbox } from "../../src/browser/outbox.ts";
import { canBeTakenBack, type Outgoing, type OutgoingAct } from "../../src/browser/outgoing.ts";
import { browserStore, type Store } from "../../src/browser/store.ts";
import type { ErrorCode } from "../../src/protocol/error-codes.ts";

const dayMs = 24 * 3600 * 1000;

function memoryStore(): Store {
  return browserStore(() => {
    throw new Error("blocked");
  });
}

function open(store: Store, prefix = "ref"): Outbox {
  let count = 0;
  return new Outbox(store, "/r/room", () => `${prefix}${(count += 1)}`);
}

function words(message: string): OutgoingAct {
  return { action: "message", message };
}

const inWords = ({ act }: Outgoing) => ("message" in act ? act.message : act.action);
const states = (outbox: Outbox) => outbox.items.map((item) => `${inWords(item)}: ${item.status.state}`);
const refusal = (ref: string, code: ErrorCode, retryAfterMs?: number) => ({
  type: "error" as const,
  code,
  message: "No.",
  ref,
  ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
});

test("I8 what is said is in the store before it is sent, and leaves it when the server has kept it", () => {
  const store = memoryStore();
  const outbox = open(store);
  outbox.add(words("hello"), 0);
  assert.deepEqual(states(open(store)), []);
  assert.equal(store.keys("confab:outbox:").length, 1);
  outbox.connected();
  assert.deepEqual(outbox.next(0)?.act, words("hello"));
  assert.equal(store.keys("confab:outbox:").length, 1);
  outbox.acknowledged("ref1", 7);
  assert.equal(store.keys("confab:outbox:").length, 0);
});

test("I8 nothing is sent while there is no connection, and all of it afterwards", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  assert.equal(outbox.next(0), undefined);
  outbox.connected();
  assert.deepEqual(outbox.next(0)?.act, words("one"));
});

test("I4 the next message goes after the answer to the one before", () => {
  const outbox = open(memoryStore());
  for (const text of ["one", "two"]) outbox.add(words(text), 0);
  outbox.connected();
  assert.deepEqual(outbox.next(0)?.act, words("one"));
  assert.equal(outbox.next(1), undefined);
  outbox.acknowledged("ref1", 7);
  assert.deepEqual(outbox.next(2)?.act, words("two"));
});

test("I3 after a lost connection the same message goes again under the same ref", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  outbox.connected();
  const first = outbox.next(0);
  outbox.disconnected();
  assert.equal(outbox.next(1), undefined);
  outbox.connected();
  assert.equal(outbox.next(2)?.ref, first?.ref);
});

test("what has not gone out can be taken back, also after a reload; what has cannot, since it may be kept", () => {
  const store = memoryStore();
  const before = open(store);
  before.add(words("one"), 1);
  before.add(words("two"), 2);
  before.connected();
  before.next(3);
  before.disconnected();
  const after = open(store, "a");
  after.load(4);
  for (const outbox of [before, after]) {
    assert.deepEqual(outbox.items.map(canBeTakenBack), [false, true]);
    assert.deepEqual(states(outbox), ["one: queued", "two: queued"]);
  }
});

test("I8 a reload finds what was left, in order and under the old refs", () => {
  const store = memoryStore();
  const before = open(store, "b");
  before.add(words("one"), 1);
  before.add(words("two"), 2);
  const after = open(store, "a");
  after.load(3);
  after.add(words("three"), 4);
  after.connected();
  const sent = [1, 2, 3].map((seq) => {
    const item = after.next(5);
    after.acknowledged(item?.ref ?? "", seq);
    return `${item?.ref} ${item && inWords(item)}`;
  });
  assert.deepEqual(sent, ["b1 one", "b2 two", "a1 three"]);
});

test("another tab's message is left to it, until it has lain there for a while", () => {
  const store = memoryStore();
  const other = open(store, "other");
  const outbox = open(store);
  other.add(words("theirs"), 1_000);
  outbox.adopt(2_000);
  assert.deepEqual(states(outbox), []);
  outbox.adopt(60_000);
  assert.deepEqual(states(outbox), ["theirs: queued"]);
  outbox.adopt(70_000);
  assert.equal(outbox.items.length, 1);
});

test("what another tab deleted is not sent by this one", () => {
  const store = memoryStore();
  const other = open(store);
  other.add(words("never mind"), 0);
  const outbox = open(store);
  outbox.load(0);
  const [key = ""] = store.keys("confab:outbox:");
  other.delete("ref1");
  outbox.forget(key);
  outbox.connected();
  assert.equal(outbox.next(0), undefined);
});

test("rate_limited waits as long as it says and goes on with the same ref", () => {
  const outbox = open(memoryStore());
  for (const text of ["one", "two"]) outbox.add(words(text), 0);
  outbox.connected();
  outbox.next(0);
  assert.equal(outbox.refused(refusal("ref1", "rate_limited", 700), 100), "waiting");
  assert.equal(outbox.wakeAt, 800);
  assert.equal(outbox.next(799), undefined);
  assert.equal(outbox.next(800)?.ref, "ref1");
});

test("unavailable is retried, each time later, until it works", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  outbox.connected();
  let now = 0;
  const pauses = [1, 2, 3, 4, 5, 6].map(() => {
    assert.equal(outbox.next(now)?.ref, "ref1");
    outbox.refused(refusal("ref1", "unavailable"), now);
    const pause = (outbox.wakeAt ?? 0) - now;
    now += pause;
    return pause;
  });
  assert.deepEqual(pauses, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("a refusal for good fails the message, says why, and lets the next one pass", () => {
  const store = memoryStore();
  const outbox = open(store);
  for (const text of ["one", "two"]) outbox.add(words(text), 0);
  outbox.connected();
  outbox.next(0);
  assert.equal(outbox.refused(refusal("ref1", "too_long"), 0), "failed");
  assert.deepEqual(outbox.items[0]?.status, { state: "failed", reason: "No." });
  assert.deepEqual(outbox.next(0)?.act, words("two"));
  const reloaded = open(store);
  reloaded.load(0);
  assert.deepEqual(states(reloaded), ["one: failed", "two: queued"]);
});

test("a ref that was used for another act is not used again", () => {
  const store = memoryStore();
  const outbox = open(store);
  outbox.add(words("one"), 0);
  outbox.connected();
  outbox.next(0);
  outbox.refused(refusal("ref1", "ref_reused"), 0);
  outbox.retry("ref2", 1);
  assert.equal(outbox.next(1)?.ref, "ref2");
  assert.deepEqual(store.keys("confab:outbox:"), ["confab:outbox:/r/room:ref2"]);
});

test("ten seconds without an answer fail a message, and a late answer still saves it", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  outbox.connected();
  outbox.next(0);
  assert.equal(outbox.wakeAt, ackTimeoutMs);
  outbox.next(ackTimeoutMs);
  assert.deepEqual(states(outbox), ["one: failed"]);
  outbox.acknowledged("ref1", 7);
  assert.deepEqual(states(outbox), ["one: kept"]);
});

test("a machine that slept does not fail what it had sent", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  outbox.connected();
  outbox.next(0);
  const woken = 3_600_000;
  outbox.next(woken);
  assert.deepEqual(states(outbox), ["one: sent"]);
  outbox.next(woken + ackTimeoutMs);
  assert.deepEqual(states(outbox), ["one: failed"]);
});

test("what is older than a week is not sent by itself; Retry sends it", () => {
  const store = memoryStore();
  open(store, "old").add(words("long ago"), 0);
  const outbox = open(store);
  outbox.load(8 * dayMs);
  outbox.add(words("now"), 8 * dayMs);
  outbox.connected();
  assert.deepEqual(outbox.next(8 * dayMs)?.act, words("now"));
  assert.deepEqual(states(outbox), ["long ago: failed", "now: sent"]);
  outbox.retry("old1", 8 * dayMs);
  outbox.acknowledged("ref1", 7);
  assert.equal(outbox.next(8 * dayMs)?.ref, "old1");
});

test("a kept message is shown until its event has come", () => {
  const outbox = open(memoryStore());
  outbox.add(words("one"), 0);
  outbox.connected();
  outbox.next(0);
  outbox.acknowledged("ref1", 7);
  outbox.reached(6);
  assert.deepEqual(states(outbox), ["one: kept"]);
  assert.equal(outbox.waiting, 0);
  outbox.reached(7);
  assert.deepEqual(states(outbox), []);
});

test("its event takes a message out even if the answer was lost", () => {
  const store = memoryStore();
  const outbox = open(store);
  outbox.add(words("one"), 0);
  outbox.arrived("ref1");
  assert.deepEqual([states(outbox), store.keys("confab:")], [[], []]);
});

test("what in the store is not a message is left alone", () => {
  const store = memoryStore();
  store.set("confab:outbox:/r/room:x", "{");
  store.set("confab:outbox:/r/room:y", '{"text":1,"at":2}');
  store.set("confab:outbox:/r/other:z", '{"text":"theirs","at":2}');
  const outbox = open(store);
  outbox.load(0);
  assert.deepEqual(states(outbox), []);
});

test("I8 what an earlier page stored, which knew messages only, still goes out", () => {
  const store = memoryStore();
  store.set("confab:outbox:/r/room:old", '{"text":"from before","at":1}');
  store.set("confab:outbox:/r/room:lost", '{"text":"too long","at":2,"failed":"No."}');
  const outbox = open(store);
  outbox.load(3);
  assert.deepEqual(states(outbox), ["from before: queued", "too long: failed"]);
  outbox.connected();
  assert.deepEqual(outbox.next(3)?.act, words("from before"));
});

test("I8 every kind of act outlives a reload and goes out in its turn", () => {
  const store = memoryStore();
  const acts: readonly OutgoingAct[] = [
    { action: "message", message: "hello", reply_to: 3 },
    { action: "edit", target: 4, message: "better" },
    { action: "react", target: 4, emoji: "👍", on: false },
    { action: "delete", target: 5 },
  ];
  const before = open(store);
  acts.forEach((act, at) => before.add(act, at));
  const outbox = open(store);
  outbox.load(9);
  outbox.connected();
  for (const act of acts) {
    const item = outbox.next(9);
    assert.ok(item);
    assert.deepEqual(item.act, act);
    outbox.acknowledged(item.ref, 9);
  }
  assert.deepEqual(store.keys("confab:"), []);
});

test("an act in the store that lacks a field is left alone", () => {
  const store = memoryStore();
  const acts = [
    { action: "edit", message: "no target" },
    { action: "react", target: 1, emoji: "👍" },
    { action: "fly", target: 1 },
    5,
  ];
  acts.forEach((act, at) => store.set(`confab:outbox:/r/room:${at}`, JSON.stringify({ act, at: 1 })));
  const outbox = open(store);
  outbox.load(2);
  assert.deepEqual(outbox.items, []);
});
