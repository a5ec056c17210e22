/**
 * What load.c does, for machines without a C compiler: the same arguments, the same result. It costs more than some
 * of the servers it measures, so figures made with it say more about latency than about throughput.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { percentile } from "./support.ts";

const framesPerSecondEach = 450;

interface Room {
  sent: number;
  done: number;
  readonly received: number[];
  readonly sentAtMs: number[];
}

const words = process.argv.slice(2);
// It never sleeps, so `--spin` tells it nothing.
const options = new Map<string, string>();
for (let at = 0; at + 1 < words.length; at += 2) options.set(words[at] ?? "", words[at + 1] ?? "");
const number = (name: string, otherwise: number): number => Number(options.get(`--${name}`) ?? otherwise);

const dialect = options.get("--dialect");
const path = options.get("--path") ?? "/";
const people = number("people", 1);
const asleep = number("asleep", 0);
const bytes = number("bytes", 120);
const window = number("window", 1);
const rate = number("rate", 0);
const rooms = Array.from({ length: number("rooms", 1) }, (): Room => {
  return { sent: 0, done: 0, received: [], sentAtMs: [] };
});
const sockets: WebSocket[] = [];
const eachMs: number[] = [];
const lastMs: number[] = [];
let isCounting = false;

async function connect(roomAt: number, room: Room): Promise<void> {
  const url = `ws://127.0.0.1:${number("port", 0)}${path}${dialect === "socket.io" ? "" : roomAt}`;
  const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
  const ready = Promise.withResolvers<undefined>();
  const place = sockets.length % people;
  let got = 0;
  socket.on("message", (data: Buffer) => {
    if (data.length >= bytes && isMessage(data)) got = take(room, place, got, data);
    else if (data.includes('"error"')) fail(`the server refused: ${data.toString()}`);
    else if (dialect === "socket.io") greet(socket, data.toString(), () => ready.resolve(undefined));
  });
  socket.on("close", (code) => fail(`the server closed a connection: ${code}`));
  sockets.push(socket);
  await once(socket, "open");
  if (dialect !== "socket.io") ready.resolve(undefined);
  await ready.promise;
}

/** Others may be as long: socket.io's greeting is. */
function isMessage(data: Buffer): boolean {
  return data.includes("t=");
}

function greet(socket: WebSocket, text: string, onReady: () => void): void {
  if (text === "2") socket.send("3");
  else if (text.startsWith("40")) onReady();
  else socket.send("40");
}

/** @returns how many messages this client has now */
function take(room: Room, place: number, got: number, data: Buffer): number {
  if (got >= room.sent) fail("a message came that nobody sent, or one came twice");
  const start = data.indexOf("t=") + 2;
  const sentAtMs = (room.sentAtMs[got] ??= Number(data.toString("latin1", start, start + 16)));
  const tookMs = performance.now() - sentAtMs;
  const received = (room.received[got] ?? 0) + 1;
  room.received[got] = received;
  if (isCounting) eachMs.push(tookMs);
  // As people do: who said it has it back, and goes on.
  if (place === got % (people - asleep)) room.done += 1;
  if (isCounting && received === people - asleep) lastMs.push(tookMs);
  return got + 1;
}

function say(roomAt: number, room: Room): void {
  const time = performance.now().toFixed(4).padStart(16, "0");
  const text = `t=${time} `.padEnd(bytes, "x");
  const socket = sockets[roomAt * people + (room.sent % (people - asleep))];
  const frame = { action: "message", message: text };
  room.sent += 1;
  socket?.send(dialect === "socket.io" ? `42${JSON.stringify(["message", text])}` : JSON.stringify(frame));
}

function sayWhatIsDue(elapsedMs: number): void {
  const due = (elapsedMs / 1_000) * rate;
  const most = (elapsedMs / 1_000) * framesPerSecondEach * (people - asleep) + 1;
  for (let all = rooms.reduce((sum, { sent }) => sum + sent, 0); all < due; all += 1) {
    const room = rooms[all % rooms.length];
    if (room !== undefined) say(all % rooms.length, room);
  }
  if (rate > 0) return;
  for (const [at, room] of rooms.entries()) {
    while (room.sent - room.done < window && room.sent < most) say(at, room);
  }
}

async function turns(isOver: () => boolean, each: () => void): Promise<void> {
  while (!isOver()) {
    each();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** User and system time of the server so far. */
function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${number("pid", 0)}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function isComplete(count: number): boolean {
  return rooms.every(
    (room) => room.received.length >= room.sent && room.received.every((got) => got >= count),
  );
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

async function complete(count: number): Promise<void> {
  const untilMs = performance.now() + 60_000;
  await turns(
    () => isComplete(count),
    () =>
      performance.now() > untilMs && fail("messages were lost: not everybody had all of them a minute later"),
  );
}

function sleeping(): WebSocket[] {
  return sockets.filter((_, at) => at % people >= people - asleep);
}

async function measure(): Promise<object> {
  const fromMs = performance.now();
  const run = (untilMs: number): Promise<void> =>
    turns(
      () => performance.now() >= untilMs,
      () => sayWhatIsDue(performance.now() - fromMs),
    );
  for (const socket of sleeping()) socket.pause();
  await run(fromMs + number("warmUp", 0) * 1_000);
  const [countedFromMs, cpuBefore] = [performance.now(), cpuSeconds()];
  isCounting = true;
  await run(countedFromMs + number("seconds", 0) * 1_000);
  isCounting = false;
  const seconds = (performance.now() - countedFromMs) / 1_000;
  const spent = cpuSeconds() - cpuBefore;
  await complete(people - asleep);
  const wokenAtMs = performance.now();
  for (const socket of sleeping()) socket.resume();
  await complete(people);
  return { seconds, cpuSeconds: spent, wakeSeconds: (performance.now() - wokenAtMs) / 1_000 };
}

const fromMs = performance.now();
const cpuBefore = cpuSeconds();
for (const [at, room] of rooms.entries()) {
  for (let joined = 0; joined < people; joined += 50) {
    const count = Math.min(50, people - joined);
    await Promise.all(Array.from({ length: count }, () => connect(at, room)));
  }
}
const handshakes = {
  handshakeSeconds: (performance.now() - fromMs) / 1_000,
  handshakeCpuSeconds: cpuSeconds() - cpuBefore,
};
const figures = number("seconds", 0) > 0 ? await measure() : {};
console.log(
  JSON.stringify({
    ...handshakes,
    ...figures,
    deliveries: eachMs.length,
    messages: lastMs.length,
    p50Ms: percentile(eachMs, 50),
    p99Ms: percentile(eachMs, 99),
    lastP50Ms: percentile(lastMs, 50),
    lastP99Ms: percentile(lastMs, 99),
  }),
);
if (number("hold", 0) === 1) await once(process.stdin.resume(), "end");
process.exit(0);
