import test from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ChatEvent, Seq } from "../../src/protocol/events.ts";
import { LogFile } from "../../src/message-log/log-file.ts";
import type { PruneLimits } from "../../src/message-log/surplus.ts";
import { Retention } from "../../src/message-log/retention.ts";
import type { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import { edit, keep, message, react } from "../contract/message-log.ts";
import { eventually, openLog } from "./opened-log.ts";
import type { OpenedLog } from "./opened-log.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Both clocks run together unless a test sets one of them. */
class Clocks {
  wallMs = Date.UTC(2030, 0, 1);
  monotonicMs = 5_000;

  readonly now = () => this.wallMs;
  readonly monotonicNow = () => this.monotonicMs;

  passDays(days: number): void {
    this.wallMs += days * dayMs;
    this.monotonicMs += days * dayMs;
  }
}

/** A log without limits, holding `count` messages of the lobby, one a day; the last is from today. */
async function oneADay(t: TestContext, clocks: Clocks, count: number): Promise<OpenedLog & { seqs: Seq[] }> {
  const { now, monotonicNow } = clocks;
  const opened = await openLog(t, { now, monotonicNow });
  const seqs: Seq[] = [];
  for (let day = 0; day < count; day += 1) {
    if (day > 0) clocks.passDays(1);
    seqs.push(await keep(opened.log, message(`day ${day}`)));
  }
  return { ...opened, seqs };
}

function allOf(log: SqliteLog, room = "lobby"): readonly ChatEvent[] {
  return log.eventsAfter(room, 0, 500);
}

function textsOf(log: SqliteLog): string[] {
  return allOf(log).flatMap((event) => (event.type === "msg" ? [event.msg] : []));
}

test("a room keeps its newest messages when it has a limit, and what goes is found no more", async (t) => {
  const clocks = new Clocks();
  const { log, dataDir, reopen } = await oneADay(t, clocks, 30);
  await keep(log, message("the only one", { room: "small" }));
  await log.search("lobby", "day");
  clocks.passDays(100);
  const { log: next } = await reopen({ maxRoomMessages: 5 });
  await eventually(() => allOf(next).length === 5);
  assert.deepEqual(textsOf(next), ["day 25", "day 26", "day 27", "day 28", "day 29"]);
  assert.equal(allOf(next, "small").length, 1);
  assert.equal((await next.search("lobby", "day")).length, 5);
  assert.equal((await next.search("small", "only")).length, 1);
  await next.close();
  const file = new LogFile(join(dataDir, "confab.db"), "normal");
  const found = file.database.prepare("SELECT count(*) AS count FROM search WHERE search MATCH 'day'").get();
  file.close();
  assert.equal(found?.["count"], 5, "the index holds no word of what went");
});

test("messages over the age limit go, oldest first, and younger ones stay", async (t) => {
  const clocks = new Clocks();
  const { reopen } = await oneADay(t, clocks, 30);
  const { log } = await reopen({ maxAgeDays: 20 });
  await eventually(() => allOf(log).length === 21);
  assert.equal(textsOf(log)[0], "day 9");
});

test("nothing younger than 8 days is taken, whatever the limits say", async (t) => {
  const clocks = new Clocks();
  const { reopen } = await oneADay(t, clocks, 20);
  const { log } = await reopen({ maxRoomMessages: 1, maxAgeDays: 1 });
  await eventually(() => allOf(log).length === 9);
  assert.equal(textsOf(log)[0], "day 11");
});

test("edits and reactions go with their message, also when they are young", async (t) => {
  const clocks = new Clocks();
  const { log, seqs, reopen } = await oneADay(t, clocks, 3);
  const [first = 0, second = 0, third = 0] = seqs;
  clocks.passDays(50);
  for (const target of [first, second, third]) {
    await keep(log, edit(target, "edited"));
    await keep(log, react(target, "👍"));
  }
  const { log: next } = await reopen({ maxRoomMessages: 1 });
  await eventually(() => allOf(next).length === 3);
  assert.deepEqual(
    allOf(next).map((event) => ("target" in event ? event.target : event.seq)),
    [third, third, third],
  );
});

test("I5 nobody resumes across what was taken, and only in that room", async (t) => {
  const clocks = new Clocks();
  const { log, seqs, reopen } = await oneADay(t, clocks, 4);
  const [first = 0, second = 0] = seqs;
  await keep(log, message("elsewhere", { room: "other" }));
  clocks.passDays(50);
  const reaction = await keep(log, react(first, "👍"));
  const { epoch } = log;
  const version = log.version("lobby").split("-").slice(1);
  const { log: next } = await reopen({ maxRoomMessages: 2 });
  await eventually(() => !next.knows("lobby", { since: 0 }));
  await eventually(() => textsOf(next).length === 2);
  assert.equal(next.knows("lobby", { since: second, epoch }), false, "the reaction after it is gone too");
  assert.equal(next.knows("lobby", { since: reaction, epoch }), true);
  assert.equal(next.knows("other", { since: 0 }), true);
  assert.notDeepEqual(next.version("lobby").split("-").slice(1), version);
});

test("I4 numbers are never given twice, also after the newest message was taken", async (t) => {
  const clocks = new Clocks();
  const { seqs, reopen } = await oneADay(t, clocks, 3);
  clocks.passDays(50);
  const emptied = await reopen({ maxAgeDays: 10 });
  await eventually(() => allOf(emptied.log).length === 0);
  const { log } = await emptied.reopen();
  assert.equal(log.head, seqs.at(-1));
  assert.ok((await keep(log, message("next"))) > log.head - 1);
  assert.ok(log.head > (seqs.at(-1) ?? 0));
});

test("many rooms with many messages are all swept, in steps", async (t) => {
  const clocks = new Clocks();
  const { now, monotonicNow } = clocks;
  const { log, reopen } = await openLog(t, { now, monotonicNow });
  const acts = Array.from({ length: 3_000 }, (_, at) => message(`${at}`, { room: `room${at % 120}` }));
  const big = Array.from({ length: 500 }, (_, at) => message(`${at}`, { room: "big" }));
  await Promise.all([...acts, ...big].map((act) => log.append(act)));
  clocks.passDays(50);
  const { log: next } = await reopen({ maxRoomMessages: 10 });
  const rooms = ["big", ...Array.from({ length: 120 }, (_, at) => `room${at}`)];
  await eventually(() => rooms.every((room) => next.countAfter(room, 0, 500) === 10));
});

test("messages are taken in steps while others are written, and of neither one too many or too few", async (t) => {
  const clocks = new Clocks();
  const { log, reopen } = await oneADay(t, clocks, 200);
  const all = textsOf(log);
  assert.equal(all.length, 200);
  // By age: how many a number of messages takes depends on which of the new ones are there before a step.
  const { log: next } = await reopen({ maxAgeDays: 50 });
  const written = Array.from({ length: 100 }, (_, at) => `new ${at}`);
  const outcomes = await Promise.all(written.map((text) => next.append(message(text))));
  assert.ok(outcomes.every((outcome) => outcome.kept));
  await eventually(() => textsOf(next).length <= 51 + written.length);
  assert.deepEqual(textsOf(next), [...all.slice(-51), ...written]);
});

test("age does not run while the wall clock disagrees with the monotonic one, and runs again when it agrees", () => {
  const clocks = new Clocks();
  const swept: PruneLimits[] = [];
  const retention = new Retention(
    { maxAgeDays: 10, maxRoomMessages: 5, now: clocks.now, monotonicNow: clocks.monotonicNow },
    (limits) => swept.push(limits),
  );
  const right = clocks.wallMs;
  for (const jump of [400 * dayMs, -400 * dayMs, 2 * 60_000]) {
    clocks.wallMs = right + jump;
    retention.sweepNow();
  }
  assert.deepEqual(swept, []);
  clocks.wallMs = right;
  clocks.passDays(1);
  retention.sweepNow();
  const now = clocks.wallMs;
  assert.deepEqual(swept, [
    { maxRoomMessages: 5, tooOldBefore: now - 10 * dayMs, alwaysKeepFrom: now - 8 * dayMs },
  ]);
});

test("without limits nothing is ever swept", async (t) => {
  const swept: PruneLimits[] = [];
  const retention = new Retention({}, (limits) => swept.push(limits));
  retention.start();
  t.after(() => retention.stop());
  await new Promise(setImmediate);
  assert.deepEqual(swept, []);
});
