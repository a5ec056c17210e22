import test from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ChatEvent, Seq } from "../../src/protocol/events.ts";
import { LogFile } from "../../src/message-log/log-file.ts";
import type { PruneLimits } from "../../src/message-log/surplus.ts";
import { Retention } from "../../src/message-log/retention.ts";
import type { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import { keep, message } from "../contract/message-log.ts";
import { Clocks, dayMs, retentionContract } from "../contract/retention.ts";
import { eventually, openLog } from "./opened-log.ts";
import type { OpenedLog } from "./opened-log.ts";

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

retentionContract("SqliteLog", (t, options) => openLog(t, options));

test("the index holds no word of what went", async (t) => {
  const clocks = new Clocks();
  const { log, dataDir, reopen } = await oneADay(t, clocks, 30);
  await log.search("lobby", "day");
  clocks.passDays(100);
  const { log: next } = await reopen({ maxRoomMessages: 5 });
  await eventually(() => allOf(next).length === 5);
  await next.close();
  const file = new LogFile(join(dataDir, "confab.db"), "normal");
  const found = file.database.prepare("SELECT count(*) AS count FROM search WHERE search MATCH 'day'").get();
  file.close();
  assert.equal(found?.["count"], 5);
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
