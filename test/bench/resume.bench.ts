/** Clients who all come back after a restart, each 200 messages behind: when the last one is live again. */
import { createServer } from "node:net";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { figureRows, markdownTable, tellReadme, type Row } from "./table.ts";
import { forkServer, open, print, temporaryFolder, type MeasuredServer } from "./support.ts";

const runs = 3;
const behind = 200;

interface Position {
  readonly since: number;
  readonly epoch: string;
}

/** @returns where a client stood before the messages that the others will have missed */
async function fill(server: MeasuredServer): Promise<Position> {
  let position: Position | undefined;
  let acks = 0;
  const done = Promise.withResolvers<undefined>();
  const writer = await open(server.socket("herd"), {}, (text) => {
    const frame = JSON.parse(text) as { type: string; head: number; epoch: string };
    if (frame.type === "welcome") position = { since: frame.head, epoch: frame.epoch };
    if (frame.type === "ack") acks += 1;
    if (acks === behind) done.resolve(undefined);
  });
  for (let at = 0; at < behind; at += 1) {
    writer.send(JSON.stringify({ action: "message", ref: `r${at}`, message: `${at} ${"x".repeat(120)}` }));
  }
  await done.promise;
  writer.terminate();
  if (position === undefined) throw new Error("no welcome came");
  return position;
}

async function comeBack(server: MeasuredServer, position: Position): Promise<void> {
  const last = Promise.withResolvers<undefined>();
  let missed = behind;
  const socket = await open(server.socket("herd"), position, (text) => {
    if (text.startsWith('{"type":"msg"')) missed -= 1;
    if (missed === 0) last.resolve(undefined);
  });
  await last.promise;
  sockets.push(socket);
}

let sockets: { terminate: () => void }[] = [];

/** Asks in a thread of its own: here thousands of clients read a million messages meanwhile. */
async function watchHealth(url: string): Promise<{ longestMs: () => Promise<number> }> {
  const watcher = new Worker(new URL("health-watcher.ts", import.meta.url), { workerData: url });
  await once(watcher, "message");
  return {
    longestMs: async () => {
      watcher.postMessage("stop");
      const [longestMs] = (await once(watcher, "message")) as [number];
      return longestMs;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

const rows: Row[] = [];
for (const clients of [1_000, 5_000]) {
  const figures: Record<string, number[]> = { "all live s": [], "/health longest ms": [], "RSS MiB": [] };
  for (let run = 0; run < runs; run += 1) {
    const folder = temporaryFolder();
    const before = await forkServer(folder.path, await freePort());
    const position = await fill(before);
    await before.kill();
    const server = await forkServer(folder.path);
    const health = await watchHealth(server.url);
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: clients }, () => comeBack(server, position)));
    figures["all live s"]?.push((performance.now() - startedMs) / 1_000);
    figures["/health longest ms"]?.push(await health.longestMs());
    figures["RSS MiB"]?.push((await server.cost()).rssMiB);
    for (const socket of sockets) socket.terminate();
    sockets = [];
    await server.kill();
    folder.remove();
  }
  const name = `${clients.toLocaleString("en")} clients resume, ${behind} behind`;
  print(name, figures);
  rows.push(...figureRows(name, figures));
}
tellReadme(`From \`test/bench/resume.bench.ts\`:\n\n${markdownTable(["", "", "min / median / max"], rows)}`);
