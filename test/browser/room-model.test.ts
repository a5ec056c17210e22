import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { effect } from "@preact/signals";
import { RoomModel } from "../../src/browser/room-model.ts";
import { roomAddress } from "../../src/browser/room-address.ts";
import type { Group } from "../../src/browser/rows.ts";
import { browserStore, type Store } from "../../src/browser/store.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer, temporaryFolder, type TestServer } from "../support/server.ts";

const patienceMs = 30_000;

function memoryStore(): Store {
  return browserStore(() => {
    throw new Error("blocked");
  });
}

/** A page without its views: stopped after the test. */
function openRoom(t: TestContext, server: TestServer, store = memoryStore()): RoomModel {
  const room = new RoomModel({
    address: roomAddress(`${server.url}/r/room`, "../", "room"),
    store,
    fillRandom: (bytes) => crypto.getRandomValues(bytes),
    dayKey: () => "today",
    nextFrame: () => Promise.resolve(),
  });
  t.after(() => room.stop());
  room.start();
  return room;
}

function groups(room: RoomModel): Group[] {
  return room.rows.value.filter((row) => row.kind === "group");
}

function texts(room: RoomModel): string[] {
  return groups(room).flatMap(({ entries }) =>
    entries.map((entry) =>
      entry.kind === "kept"
        ? (entry.edit?.act.message ?? entry.shown.text) + (entry.edit ? ` (${entry.edit.status.state})` : "")
        : `${entry.item.act.message} (${entry.item.status.state})`,
    ),
  );
}

/** Waits for the signals that the condition reads. */
async function until(condition: () => boolean, why: string): Promise<void> {
  const deadline = AbortSignal.timeout(patienceMs);
  let stop: () => void = () => undefined;
  await new Promise<void>((resolve, reject) => {
    deadline.addEventListener("abort", () => reject(new Error(`never: ${why}`)));
    stop = effect(() => {
      if (condition()) resolve();
    });
  }).finally(() => stop());
}

async function shows(room: RoomModel, expected: readonly string[]): Promise<void> {
  await until(
    () => texts(room).join("\n") === expected.join("\n"),
    `${expected.join(", ")}; but ${texts(room).join(", ")}`,
  );
}

async function isLive(room: RoomModel): Promise<void> {
  await until(() => room.connection.value.state === "live" && room.reading.isLoaded.value, "live");
}

/** Stops the server, and starts it again where it was. */
async function restart(
  t: TestContext,
  server: TestServer,
  whileDown: () => Promise<void>,
): Promise<TestServer> {
  await server.stop();
  await whileDown();
  return await startServer(t, { DATA_DIR: server.dataDir, PORT: new URL(server.url).port });
}

test("what one says, the other reads, and one's own is marked", async (t) => {
  const server = await startServer(t);
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.say("hello");
  await shows(bo, ["hello"]);
  bo.say("hi");
  await shows(ana, ["hello", "hi"]);
  await shows(bo, ["hello", "hi"]);
  assert.deepEqual(
    groups(ana).map(({ isOwn }) => isOwn),
    [true, false],
  );
  await until(() => ana.company.count.value === 2, "two here");
});

test("I8 what is said before there is a connection goes out with it, in order", async (t) => {
  const server = await startServer(t);
  const room = openRoom(t, server);
  for (const text of ["one", "two", "three"]) room.say(text);
  await shows(room, ["one", "two", "three"]);
  assert.equal(room.sending.waiting.value, 0);
});

test("I3 I8 what is said while the server is down outlives a reload and arrives once, in order", async (t) => {
  const server = await startServer(t);
  const store = memoryStore();
  const before = openRoom(t, server, store);
  const reader = openRoom(t, server);
  await Promise.all([isLive(before), isLive(reader)]);
  before.say("zero");
  await shows(reader, ["zero"]);
  let after = before;
  await restart(t, server, async () => {
    await until(() => before.connection.value.state !== "live", "down");
    before.say("one");
    before.say("two");
    before.stop();
    after = openRoom(t, server, store);
    assert.deepEqual(texts(after), ["one (queued)", "two (queued)"]);
  });
  await shows(after, ["zero", "one", "two"]);
  await shows(reader, ["zero", "one", "two"]);
  assert.deepEqual(store.keys("confab:outbox:"), []);
});

test("I5 a reconnect resumes: nothing is missing and nothing is there twice", async (t) => {
  const server = await startServer(t);
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.say("before");
  await shows(bo, ["before"]);
  await restart(t, server, async () => {
    await until(() => bo.connection.value.state !== "live", "down");
    ana.say("meanwhile");
  });
  await shows(bo, ["before", "meanwhile"]);
  await isLive(bo);
  ana.say("after");
  await shows(bo, ["before", "meanwhile", "after"]);
});

test("I5 after a reset the page shows what the server has, and no more", async (t) => {
  const [old, fresh] = [await startServer(t), temporaryFolder(t)];
  const room = openRoom(t, old);
  await isLive(room);
  room.say("only in the old log");
  await shows(room, ["only in the old log"]);
  await old.stop();
  const server = await startServer(t, { DATA_DIR: fresh, PORT: new URL(old.url).port });
  const other = openRoom(t, server);
  await isLive(other);
  other.say("in the new log");
  await shows(room, ["in the new log"]);
});

test("older history loads page by page to the first word", async (t) => {
  const server = await startServer(t);
  const writer = await connect(server.socket("room"), { key: newKey() });
  const all = Array.from({ length: 220 }, (_, at) => `message ${at}`);
  for (const [at, message] of all.entries()) writer.send({ action: "message", ref: `m${at}`, message });
  await writer.until("ack", ({ ref }) => ref === "m219");
  const reader = openRoom(t, server);
  await isLive(reader);
  await shows(reader, all.slice(-50));
  reader.reading.loadOlder();
  await shows(reader, all.slice(-150));
  reader.reading.loadOlder();
  await shows(reader, all);
});

test("a limit only slows a person down: everything arrives, in order", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "50", MESSAGE_BURST: "2" });
  const room = openRoom(t, server);
  const all = Array.from({ length: 12 }, (_, at) => `message ${at}`);
  for (const text of all) room.say(text);
  await shows(room, all);
});

test("I3 two tabs of one person that both send what was left keep it once", async (t) => {
  const server = await startServer(t);
  const store = memoryStore();
  const writer = openRoom(t, server, store);
  await isLive(writer);
  let tabs: readonly RoomModel[] = [];
  await restart(t, server, async () => {
    await until(() => writer.connection.value.state !== "live", "down");
    for (const text of ["one", "two", "three"]) writer.say(text);
    tabs = [writer, openRoom(t, server, store), openRoom(t, server, store)];
  });
  for (const tab of tabs) await shows(tab, ["one", "two", "three"]);
});

test("a text over the limit fails with the reason, and can be deleted", async (t) => {
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "5" });
  const room = openRoom(t, server);
  room.say("much too long");
  await shows(room, ["much too long (failed)"]);
  const [item] = groups(room)[0]?.entries ?? [];
  assert.ok(item?.kind === "outgoing");
  room.sending.discard(item.item.ref);
  room.say("short");
  await shows(room, ["short"]);
});

test("a name is changed for everybody, kept for the next visit, and refused when somebody has it", async (t) => {
  const server = await startServer(t);
  const store = memoryStore();
  const [ana, bo] = [openRoom(t, server, store), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.rename("Ana");
  await until(() => ana.me.self.value.name === "Ana", "Ana");
  ana.say("it is me");
  await shows(bo, ["it is me"]);
  assert.equal(groups(bo)[0]?.name, "Ana");
  bo.rename("ana");
  await until(() => bo.me.renaming.value.state === "refused", "taken");
  const again = openRoom(t, server, store);
  await isLive(again);
  assert.equal(again.me.self.value.name, "Ana");
});

test("what was said of a name that is none goes away once another is asked for", async (t) => {
  const room = openRoom(t, await startServer(t));
  await isLive(room);
  room.tell("Not a name");
  assert.equal(room.complaint.value, "Not a name");
  room.rename("Ana");
  assert.equal(room.complaint.value, "");
});

test("who types is told while they type", async (t) => {
  const server = await startServer(t);
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.rename("Ana");
  await until(() => ana.me.self.value.name === "Ana", "Ana");
  ana.typed();
  await until(() => bo.company.typists.value === "Ana is typing", "typing");
  ana.say("done");
  await until(() => bo.company.typists.value === "", "silent");
});

test("messages that nobody looked at are counted until somebody does", async (t) => {
  const server = await startServer(t);
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  bo.reading.arrived();
  bo.reading.watch({ isFollowing: true, isLookedAt: false });
  bo.say("mine does not count");
  await shows(ana, ["mine does not count"]);
  ana.say("one");
  ana.say("two");
  await shows(bo, ["mine does not count", "one", "two"]);
  assert.equal(bo.reading.unseen.value, 2);
  bo.reading.watch({ isFollowing: true, isLookedAt: true });
  assert.equal(bo.reading.unseen.value, 0);
});

const newest = (room: RoomModel) => {
  const entry = groups(room).at(-1)?.entries.at(-1);
  assert.ok(entry?.kind === "kept");
  return entry.shown;
};
const reactions = (room: RoomModel) =>
  newest(room).reactions.map(({ emoji, by }) => `${emoji} ${by.map(({ name }) => name).join(" ")}`);

test("I8 edits, reactions and deletions asked for while the server is down show at once and reach everybody", async (t) => {
  const server = await startServer(t);
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.say("first");
  await shows(ana, ["first"]);
  await shows(bo, ["first"]);
  const target = newest(ana).message.seq;
  await restart(t, server, async () => {
    await until(() => ana.connection.value.state === "waiting", "down");
    ana.sending.act({ action: "edit", target, message: "better" });
    ana.sending.act({ action: "react", target, emoji: "👍", on: true });
    assert.deepEqual(texts(ana), ["better (queued)"]);
    assert.deepEqual(reactions(ana), [`👍 ${ana.me.self.value.name}`]);
    assert.equal(ana.sending.waiting.value, 2);
  });
  await shows(bo, ["better"]);
  await until(() => reactions(bo).length === 1, "the reaction");
  await until(() => ana.sending.waiting.value === 0, "sent");
  ana.sending.act({ action: "react", target, emoji: "👍", on: false });
  assert.deepEqual(reactions(ana), []);
  ana.sending.act({ action: "delete", target });
  assert.equal(newest(ana).isDeleted, true);
  await until(() => newest(bo).isDeleted, "deleted");
});

test("what the server refuses falls back: an edit keeps its words, a deletion and a reaction say so", async (t) => {
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "10" });
  const [ana, bo] = [openRoom(t, server), openRoom(t, server)];
  await Promise.all([isLive(ana), isLive(bo)]);
  ana.say("hers");
  await shows(bo, ["hers"]);
  await shows(ana, ["hers"]);
  const target = newest(bo).message.seq;
  bo.sending.act({ action: "delete", target });
  assert.equal(newest(bo).isDeleted, true);
  await until(() => bo.complaint.value.startsWith("Not deleted."), "not deleted");
  assert.equal(newest(bo).isDeleted, false);
  bo.sending.act({ action: "react", target, emoji: "no emoji", on: true });
  await until(() => bo.complaint.value.startsWith("Reaction not kept."), "no reaction");
  assert.deepEqual(reactions(bo), []);
  ana.sending.act({ action: "edit", target, message: "much too long" });
  await shows(ana, ["much too long (failed)"]);
});
