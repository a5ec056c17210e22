/** Durable acknowledgements through the whole server: how soon at a given load, and how many at most. */
import type { WebSocket } from "ws";
import { forkServer, open, percentile, print, temporaryFolder, type MeasuredServer } from "./support.ts";

const runs = 3;
const text = "x".repeat(120);

interface Load {
  readonly name: string;
  readonly rooms: number;
  readonly peoplePerRoom: number;
}

/** Sends `perSecond` messages in all, evenly, and measures from each send to its ack. */
async function openLoop(
  server: MeasuredServer,
  load: Load,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const tookMs: number[] = [];
  const onText = (frame: string): void => {
    if (!frame.startsWith('{"type":"ack"')) return;
    const { ref } = JSON.parse(frame) as { ref: string };
    tookMs.push(performance.now() - (sentAt.get(ref) ?? NaN));
  };
  const sockets = await everybody(server, load, onText);
  await server.cost();
  const total = perSecond * seconds;
  const startedMs = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - startedMs) / 1_000) * perSecond);
      for (; sent < due; sent += 1) {
        const ref = `r${sent}`;
        sentAt.set(ref, performance.now());
        sockets[sent % sockets.length]?.send(JSON.stringify({ action: "message", ref, message: text }));
      }
      if (tookMs.length < total) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  for (const socket of sockets) socket.terminate();
  return tookMs;
}

/** Keeps every sender's window full. */
async function saturated(server: MeasuredServer, load: Load, seconds: number): Promise<number> {
  const untilMs = performance.now() + seconds * 1_000;
  let acks = 0;
  let next = 0;
  const sockets: WebSocket[] = [];
  const send = (socket: WebSocket | undefined): void => {
    next += 1;
    socket?.send(JSON.stringify({ action: "message", ref: `s${next}`, message: text }));
  };
  const onText =
    (at: number) =>
    (frame: string): void => {
      if (!frame.startsWith('{"type":"ack"')) return;
      acks += 1;
      if (performance.now() < untilMs) send(sockets[at]);
    };
  for (let at = 0; at < load.rooms * load.peoplePerRoom; at += 1) {
    sockets.push(await open(server.socket(`s${at % load.rooms}`), {}, onText(at)));
  }
  await server.cost();
  // 500 frames a second and connection are the flood limit, so a small window over many connections.
  for (const socket of sockets) for (let window = 0; window < 8; window += 1) send(socket);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  for (const socket of sockets) socket.terminate();
  return acks / seconds;
}

async function everybody(
  server: MeasuredServer,
  load: Load,
  onText: (text: string) => void,
): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let at = 0; at < load.rooms * load.peoplePerRoom; at += 1) {
    sockets.push(await open(server.socket(`${load.rooms}-${at % load.rooms}`), {}, onText));
  }
  return sockets;
}

for (const load of [
  { name: "2,000/s, 50 rooms of one", rooms: 50, peoplePerRoom: 1 },
  { name: "2,000/s, 5 rooms of ten", rooms: 5, peoplePerRoom: 10 },
]) {
  const figures: Record<string, number[]> = {
    "ack p50 ms": [],
    "ack p99 ms": [],
    "CPU µs/message": [],
    "loop delay p99 ms": [],
  };
  for (let run = 0; run < runs; run += 1) {
    const folder = temporaryFolder();
    const server = await forkServer(folder.path);
    await openLoop(server, load, 2_000, 1);
    const tookMs = await openLoop(server, load, 2_000, 5);
    const cost = await server.cost();
    figures["ack p50 ms"]?.push(percentile(tookMs, 50));
    figures["ack p99 ms"]?.push(percentile(tookMs, 99));
    figures["CPU µs/message"]?.push((cost.cpuMs * 1_000) / tookMs.length);
    figures["loop delay p99 ms"]?.push(cost.loopDelayP99Ms);
    await server.kill();
    folder.remove();
  }
  print(load.name, figures);
}

const figures: Record<string, number[]> = { "messages/s": [], "loop delay p99 ms": [] };
for (let run = 0; run < runs; run += 1) {
  const folder = temporaryFolder();
  const server = await forkServer(folder.path);
  figures["messages/s"]?.push(await saturated(server, { name: "", rooms: 100, peoplePerRoom: 1 }, 5));
  figures["loop delay p99 ms"]?.push((await server.cost()).loopDelayP99Ms);
  await server.kill();
  folder.remove();
}
print("saturated, 100 rooms of one", figures);
