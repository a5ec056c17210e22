/**
 * What Confab promises beside cheap fan-out: small rooms with durable messages, a very large room with its
 * `/health` while it talks, and readers who sleep through hundreds of megabytes and then all wake at once.
 */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { runLoad, type Load, type LoadFigures } from "./load.ts";
import { loadCore, memoryOf, pinSelf } from "./machine.ts";
import { downloadPeers, startServer, type BenchServer, type ServerName } from "./servers.ts";
import { figureRows, markdownTable, tellReadme, type Row } from "./table.ts";
import { percentile, print } from "./support.ts";

const runs = 3;
/** As a client writes them, and as a frame carries them. */
const longTextBytes = 4_000;
const bytesPast = 300 * 2 ** 20;

interface Watch {
  readonly healthMs: readonly number[];
  readonly mostMiB: number;
}

/** Asks for `/health` on a fresh connection each time, as a balancer does, while the work goes on. */
async function watching<Result>(server: BenchServer, work: Promise<Result>): Promise<[Result, Watch]> {
  const healthMs: number[] = [];
  let mostMiB = 0;
  let isOver = false;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      healthMs.push(await askHealth(server));
      mostMiB = Math.max(mostMiB, memoryOf(server.pid).rssKib / 1024);
      await sleep(10);
    }
  };
  const watcher = watch();
  const result = await work.finally(() => (isOver = true));
  await watcher;
  return [result, { healthMs, mostMiB }];
}

async function askHealth({ port }: BenchServer): Promise<number> {
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/health", agent: false }, (response) => {
      response.resume().once("end", resolve);
    });
    request.once("error", reject);
  });
  return performance.now() - startedMs;
}

/** In turn, so that what else the machine does meets all of them; the peers keep nothing. */
async function smallRooms(): Promise<Record<string, number>> {
  // V8 compiles for some ten seconds, which is not what a message costs on a server that runs for months.
  const load = { rooms: 100, people: 10, rate: 2_000, warmUp: 12, seconds: 4 };
  const figures = await smallRoomsOf("confab", load);
  const cpu = cpuPerMessage(figures);
  return {
    "CPU µs/message": cpu,
    "× bun, which keeps nothing": cpu / cpuPerMessage(await smallRoomsOf("bun", load)),
    "× ws naive, which keeps nothing": cpu / cpuPerMessage(await smallRoomsOf("ws naive", load)),
    "p50 ms": figures.p50Ms,
    "p99 ms": figures.p99Ms,
  };
}

async function smallRoomsOf(name: ServerName, load: Load): Promise<LoadFigures> {
  const server = await startServer(name);
  const figures = await runLoad(server, load);
  await server.stop();
  return figures;
}

function cpuPerMessage({ cpuSeconds, messages }: LoadFigures): number {
  return (cpuSeconds * 1e6) / messages;
}

async function largeRoom(): Promise<Record<string, number>> {
  const server = await startServer("confab");
  const load = runLoad(server, { people: 5_000, rate: 20, warmUp: 3, seconds: 10, isWatched: true });
  const [figures, { healthMs }] = await watching(server, load);
  await server.stop();
  return {
    "last reader p50 ms": figures.lastP50Ms,
    "last reader p99 ms": figures.lastP99Ms,
    "/health p99 ms": percentile(healthMs, 99),
    "CPU %": (100 * figures.cpuSeconds) / figures.seconds,
  };
}

/** 120 people, `asleep` of them past whom at least `bytesPast` go by. */
async function sleepers(asleep: number): Promise<Watch & { readonly wakeSeconds: number }> {
  const server = await startServer("confab");
  const rate = 1_000;
  const seconds = bytesPast / 20 / longTextBytes / rate;
  const load = {
    people: 120,
    bytes: longTextBytes,
    rate,
    seconds: Math.ceil(seconds * 2),
    asleep,
    isWatched: true,
  };
  const [figures, watch] = await watching(server, runLoad(server, load));
  await server.stop();
  return { ...watch, wakeSeconds: figures.wakeSeconds };
}

async function wakeAtOnce(): Promise<Record<string, number>> {
  const awake = await sleepers(0);
  const asleep = await sleepers(20);
  return {
    "RSS growth MiB": asleep.mostMiB - awake.mostMiB,
    "/health longest ms": Math.max(...asleep.healthMs),
    "all told s": asleep.wakeSeconds,
  };
}

async function repeat(name: string, measure: () => Promise<Record<string, number>>): Promise<void> {
  const figures: Record<string, number[]> = {};
  for (let run = 0; run < runs; run += 1) {
    for (const [figure, value] of Object.entries(await measure())) (figures[figure] ??= []).push(value);
  }
  print(name, figures);
  rows.push(...figureRows(name, figures));
}

const rows: Row[] = [];
pinSelf(loadCore);
downloadPeers();
await repeat("100 rooms of ten, 2,000 messages/s in all", smallRooms);
await repeat("5,000 in a room, 20 messages/s", largeRoom);
await repeat("20 of 120 asleep, then awake", wakeAtOnce);
tellReadme(
  `From \`test/bench/promises.bench.ts\`:\n\n${markdownTable(["", "", "min / median / max"], rows)}`,
);
