import assert from "node:assert/strict";
import { test } from "node:test";
import { loadIdentity, newRef } from "../../src/browser/identity.ts";
import { Me } from "../../src/browser/me.ts";
import { roomAddress } from "../../src/browser/room-address.ts";
import { browserStore } from "../../src/browser/store.ts";
import type { ErrorFrame, WelcomeFrame } from "../../src/protocol/server-frames.ts";

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
const throwing = () =>
  browserStore(() => {
    throw new Error("blocked");
  });

/** As a browser's, with a quota. */
function storageOf(quota = Number.POSITIVE_INFINITY): Storage {
  const storage = {
    getItem: (key: string) => (Object.hasOwn(storage, key) ? String(Reflect.get(storage, key)) : null),
    setItem(key: string, value: string) {
      if (value.length > quota) throw new DOMException("full", "QuotaExceededError");
      Object.assign(storage, { [key]: value });
    },
    removeItem: (key: string) => void Reflect.deleteProperty(storage, key),
    clear: () => undefined,
    key: () => null,
    length: 0,
  };
  return storage;
}

test("the key is made once and kept for good", () => {
  const storage = storageOf();
  const first = loadIdentity(
    browserStore(() => storage),
    random,
  );
  assert.match(first.key, /^[A-Za-z0-9_-]{32}$/);
  assert.equal(
    loadIdentity(
      browserStore(() => storage),
      random,
    ).key,
    first.key,
  );
});

test("a key that the server would refuse is replaced", () => {
  const store = throwing();
  store.set("confab:key", "too short");
  assert.match(loadIdentity(store, random).key, /^[A-Za-z0-9_-]{32}$/);
});

test("refs have 96 random bits", () => {
  const refs = new Set(Array.from({ length: 1_000 }, () => newRef(random)));
  assert.equal(refs.size, 1_000);
  for (const ref of refs) assert.match(ref, /^[A-Za-z0-9_-]{16}$/);
});

test("where localStorage throws, memory stands in", () => {
  const store = throwing();
  store.set("a:1", "x");
  store.set("b:1", "y");
  assert.deepEqual([store.get("a:1"), store.get("none"), store.keys("a:")], ["x", undefined, ["a:1"]]);
  store.remove("a:1");
  assert.equal(store.get("a:1"), undefined);
});

test("what does not fit into localStorage is remembered all the same, in its newest version", () => {
  const store = browserStore(() => quota);
  const quota = storageOf(5);
  store.set("k", "short");
  store.set("k", "much too long");
  assert.equal(store.get("k"), "much too long");
  store.set("k", "fits");
  assert.equal(store.get("k"), "fits");
  assert.equal(quota.getItem("k"), "fits");
});

test("addresses are found from the page's own, at the root, under a sub-path, and for any name", () => {
  const root = roomAddress("https://talk.example/", "", "lobby");
  assert.equal(root.socketUrl, "wss://talk.example/");
  assert.equal(root.eventsUrl, "https://talk.example/r/lobby/events");
  const under = roomAddress("http://10.0.0.5:9876/chat/r/%E6%97%A5?x=1#frag", "../", "日");
  assert.equal(under.socketUrl, "ws://10.0.0.5:9876/chat/r/%E6%97%A5");
  assert.equal(under.eventsUrl, "http://10.0.0.5:9876/chat/r/%E6%97%A5/events");
  assert.equal(under.link, "http://10.0.0.5:9876/chat/r/%E6%97%A5");
  assert.equal(under.host, "10.0.0.5:9876/chat/r/");
  assert.notEqual(under.scope, roomAddress("http://10.0.0.5:9876/r/x", "../", "日").scope);
});

function meWith(chosenName?: string): Me {
  return new Me({ key: "k".repeat(32), uid: undefined, chosenName });
}

const limits = { max_frame_bytes: 1, max_message_chars: 1, messages_per_second: 1, message_burst: 1 };
function welcome(name: string): WelcomeFrame {
  const room = { room: "room", epoch: "e1", head: 0, resumed: false, count: 1, people: [], limits };
  return { type: "welcome", id: 1, uid: "me", name, ...room };
}
const taken: ErrorFrame = { type: "error", code: "name_taken", message: "Taken." };

test("a person who never chose is who the room says", () => {
  const me = meWith();
  assert.deepEqual(me.introduce(), { key: "k".repeat(32) });
  assert.equal(me.welcomed(welcome("Teal Otter")), undefined);
  assert.deepEqual(me.self.value, { uid: "me", name: "Teal Otter" });
});

test("a chosen name is asked for again where the room knows the person under another one", () => {
  const me = meWith("Ana");
  assert.equal(me.introduce().name, "Ana");
  const wanted = me.welcomed(welcome("Teal Otter"));
  assert.equal(wanted, "Ana");
  me.ask("Ana");
  me.renamed("me", "Teal Otter");
  assert.equal(me.renaming.value.state, "asked", "the room told its news from before");
  me.renamed("me", "Ana");
  assert.deepEqual([me.self.value.name, me.renaming.value.state], ["Ana", "idle"]);
});

test("a name is kept for all rooms once a room has taken it, and not before", () => {
  const identity = { key: "k".repeat(32), uid: undefined, chosenName: undefined };
  const me = new Me(identity);
  me.introduce();
  me.welcomed(welcome("Teal Otter"));
  me.ask("Bo");
  me.refused(taken);
  assert.equal(me.renaming.value.state, "refused");
  assert.equal(identity.chosenName, undefined);
  me.ask("Bo B");
  me.renamed("somebody else", "Bo B");
  assert.equal(me.renaming.value.state, "asked");
  me.renamed("me", "Bo B");
  assert.equal(identity.chosenName, "Bo B");
});

test("a refused message says nothing about the name", () => {
  const me = meWith();
  me.introduce();
  me.welcomed(welcome("Teal Otter"));
  me.ask("Bo");
  me.refused({ type: "error", code: "too_long", message: "Long.", ref: "r" });
  assert.equal(me.renaming.value.state, "asked");
});
