/** The message log alone: what an append costs and takes at several rates, the first page of a long room, search. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MessageAct } from "../../src/message-log/message-log.ts";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import { percentile, print, temporaryFolder } from "./support.ts";

const runs = 3;
const pacedSeconds = 2;
const filledMessages = 100_000;
const silent = { info: () => undefined, warn: console.warn, error: console.error };

let count = 0;
function message(room: string): MessageAct {
  count += 1;
  const msg = `message number ${count} of the room, about as long as people write, and sometimes longer`;
  return { type: "msg", room, uid: `u${count % 1_000}`, ref: `r${count}`, msg, id: 1, name: "Ann" };
}

async function withLog<Result>(work: (log: SqliteLog) => Promise<Result>): Promise<Result> {
  const folder = temporaryFolder();
  const log = new SqliteLog({ dataDir: folder.path, sync: "full", lockWaitMs: 0, lines: silent });
  await log.start(() => undefined);
  try {
    return await work(log);
  } finally {
    await log.close();
    folder.remove();
  }
}

interface Paced {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}

/** Appends `perSecond`, evenly, and measures from each append to its acknowledgement. */
async function paced(log: SqliteLog, perSecond: number): Promise<Paced> {
  const total = perSecond * pacedSeconds;
  const tookMs: number[] = [];
  const waiting: Promise<void>[] = [];
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  for (let sent = 0; sent < total;) {
    const due = ((performance.now() - startedMs) / 1_000) * perSecond;
    for (; sent < due; sent += 1) {
      const sentMs = performance.now();
      const acknowledged = log.append(message(`room${sent % 100}`));
      waiting.push(acknowledged.then(() => void tookMs.push(performance.now() - sentMs)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(waiting);
  const { user, system } = process.cpuUsage(cpu);
  return { p50Ms: percentile(tookMs, 50), p99Ms: percentile(tookMs, 99), cpuUs: (user + system) / total };
}

/** Appends as fast as the log takes them. @returns messages a second */
async function saturated(log: SqliteLog, messages: number): Promise<number> {
  const startedMs = performance.now();
  const writers = Array.from({ length: 500 }, async (_, writer) => {
    for (let sent = writer; sent < messages; sent += 500) await log.append(message(`room${writer % 50}`));
  });
  await Promise.all(writers);
  return (messages / (performance.now() - startedMs)) * 1_000;
}

async function tookMs(work: () => unknown): Promise<number> {
  await nextTurn();
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function series<Result>(work: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await work());
  return results;
}

async function appends(): Promise<void> {
  await withLog(async (log) => {
    await saturated(log, 5_000);
    for (const perSecond of [500, 2_000, 10_000]) {
      const results = await series(() => paced(log, perSecond));
      print(`append, ${perSecond}/s`, {
        "p50 ms": results.map(({ p50Ms }) => p50Ms),
        "p99 ms": results.map(({ p99Ms }) => p99Ms),
        "CPU µs each": results.map(({ cpuUs }) => cpuUs),
      });
    }
    print("append, saturated", { "messages/s": await series(() => saturated(log, 20_000)) });
  });
}

async function reads(): Promise<void> {
  await withLog(async (log) => {
    for (let sent = 0; sent < filledMessages; sent += 5_000) {
      await Promise.all(Array.from({ length: 5_000 }, () => log.append(message("long"))));
    }
    while ((await log.search("long", `number ${count}`).catch(() => [])).length === 0);
    const room = `a room of ${filledMessages.toLocaleString("en")}`;
    const newest = () => log.pageBefore("long", Number.MAX_SAFE_INTEGER, 50);
    const middle = () => log.eventsAfter("long", filledMessages / 2, 500);
    print(room, {
      "first page ms": await series(() => tookMs(newest)),
      "500 events ms": await series(() => tookMs(middle)),
      "search, rare ms": await series(() => tookMs(() => log.search("long", "number 31415"))),
      "search, common ms": await series(() => tookMs(() => log.search("long", "people write"))),
      "search, beginning ms": await series(() => tookMs(() => log.search("long", "num mess"))),
    });
  });
}

await appends();
await reads();
