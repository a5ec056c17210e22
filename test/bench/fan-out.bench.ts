/**
 * Fan-out side by side: Confab with everything on, and bare peers, in interleaved slices of one run, so that what
 * else the machine does meets all of them. Ratios are of slices that ran next to each other.
 * `--people 1000`, `--windows 1,50`, `--rounds 1`, `--seconds 1`, `--servers confab,bun`, `--idle 0`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { holdConnections, loadGenerator, runLoad, type LoadFigures } from "./load.ts";
import { describeMachine, loadCore, memoryOf, pinSelf } from "./machine.ts";
import { downloadPeers, serverNames, startServer, type BenchServer, type ServerName } from "./servers.ts";
import { markdownTable, short, spread, tellReadme, type Row } from "./table.ts";
import { percentile } from "./support.ts";

interface Slice {
  readonly cpuPerDelivery: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMiB: number;
  readonly handshakesPerSecond: number;
}
type Slices = ReadonlyMap<ServerName, readonly Slice[]>;

const { values: flags } = parseArgs({
  options: {
    people: { type: "string", default: "10,100,1000,5000" },
    windows: { type: "string" },
    servers: { type: "string" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "1" },
    idle: { type: "string", default: "2000" },
  },
});
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
/** Joins in a room of more than 256 are told once a second: they belong to the warm-up. */
const warmUp = 1.1;
const idleConnections = Number(flags.idle);

/** All servers and windows where the figures are told by; elsewhere what would take long and tell little is left out. */
const slow: readonly ServerName[] = ["ws naive", "socket.io"];
function serversFor(people: number): readonly ServerName[] {
  const wanted = flags.servers?.split(",");
  if (wanted !== undefined) return serverNames.filter((name) => wanted.includes(name));
  return people === 1_000 ? serverNames : serverNames.filter((name) => !slow.includes(name));
}

function windowsFor(people: number): readonly number[] {
  return numbers(flags.windows ?? (people === 1_000 ? "1,10,50" : "1,50"));
}

interface RoomReport {
  readonly full: string;
  /** One row for each window: medians of CPU per delivery. */
  readonly summary: readonly Row[];
}

async function measureRoom(people: number): Promise<RoomReport> {
  const names = serversFor(people);
  const servers = await Promise.all(names.map((name) => startServer(name)));
  const rows: Row[] = [];
  const summary: Row[] = [];
  for (const window of windowsFor(people)) {
    const slices = new Map<ServerName, Slice[]>(names.map((name) => [name, []]));
    // Not counted: what runs at first is compiled meanwhile.
    for (const server of servers) await slice(server, people, window);
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) {
        slices.get(server.name)?.push(await slice(server, people, window));
        await sleep(200);
      }
    }
    rows.push(...names.map((name) => [String(window), ...row(name, slices)]));
    summary.push([
      people.toLocaleString("en"),
      String(window),
      ...serverNames.map((name) => cost(slices, name)),
    ]);
  }
  await Promise.all(servers.map((server) => server.stop()));
  const head = ["W", "server", "CPU µs/delivery", "Confab ×", "deliveries/s", "p50 ms", "p99 ms", "RSS MiB"];
  const full = markdownTable([...head, "handshakes/s"], rows);
  return { full: `${people} people in a room:\n\n${full}`, summary };
}

async function slice(server: BenchServer, people: number, window: number): Promise<Slice> {
  const figures = await runLoad(server, { people, window, warmUp, seconds });
  return {
    cpuPerDelivery: (figures.cpuSeconds * 1e6) / figures.deliveries,
    perSecond: figures.deliveries / figures.seconds,
    p50Ms: figures.p50Ms,
    p99Ms: figures.p99Ms,
    rssMiB: memoryOf(server.pid).rssKib / 1024,
    handshakesPerSecond: handshakeRate(figures, people),
  };
}

function handshakeRate({ handshakeSeconds }: LoadFigures, people: number): number {
  return people / handshakeSeconds;
}

function row(name: ServerName, slices: Slices): Row {
  const own = slices.get(name) ?? [];
  const of = (figure: keyof Slice): string => spread(own.map((one) => one[figure]));
  return [
    name,
    of("cpuPerDelivery"),
    name === "confab" ? "" : spread(ratios(slices.get("confab") ?? [], own)),
    short(
      percentile(
        own.map((one) => one.perSecond),
        50,
      ),
    ),
    of("p50Ms"),
    of("p99Ms"),
    short(Math.max(...own.map((one) => one.rssMiB))),
    short(
      percentile(
        own.map((one) => one.handshakesPerSecond),
        50,
      ),
    ),
  ];
}

/** "0.20 / 0.25 / 0.26", and for a peer "0.20 (1.2 / 1.3 / 1.3×)": what Confab costs as a multiple of it. */
function cost(slices: Slices, name: ServerName): string {
  const own = slices.get(name);
  if (own === undefined) return "";
  const costs = own.map((one) => one.cpuPerDelivery);
  if (name === "confab") return spread(costs);
  return `${short(percentile(costs, 50))} (${spread(ratios(slices.get("confab") ?? [], own))}×)`;
}

/** Confab's CPU per delivery as a multiple of the peer's, pair by pair. */
function ratios(confab: readonly Slice[], peer: readonly Slice[]): number[] {
  return confab.map((one, at) => one.cpuPerDelivery / (peer[at]?.cpuPerDelivery ?? NaN));
}

/** What one more connection costs that says and is told nothing. */
async function measureIdle(): Promise<string> {
  const rows: Row[] = [];
  for (const name of serversFor(1_000)) {
    const kib: number[] = [];
    for (let round = 0; round < rounds; round += 1) kib.push(await idleKib(name));
    rows.push([name, spread(kib)]);
  }
  return `Idle connections, ${idleConnections} in a room:\n\n${markdownTable(["server", "KiB each"], rows)}`;
}

async function idleKib(name: ServerName): Promise<number> {
  const server = await startServer(name);
  // The first ones also pay for code that is compiled when it is first used.
  await (
    await holdConnections(server, 200)
  )();
  const before = await settledKib(server);
  const letGo = await holdConnections(server, idleConnections);
  const after = await settledKib(server);
  await letGo();
  await server.stop();
  return (after - before) / idleConnections;
}

async function settledKib(server: BenchServer): Promise<number> {
  for (let time = 0; time < 3; time += 1) {
    await sleep(500);
    server.collectGarbage();
  }
  await sleep(500);
  return memoryOf(server.pid).ownKib;
}

function numbers(list: string): number[] {
  return list.split(",").map(Number);
}

pinSelf(loadCore);
downloadPeers();
const about =
  `${describeMachine()}; load generator in ${loadGenerator}. Messages of 120 characters, W of them on their way at any ` +
  `time; ${rounds} interleaved slices of ${seconds} s.`;
const reports: RoomReport[] = [];
for (const people of numbers(flags.people)) reports.push(await measureRoom(people));
const idle = idleConnections > 0 ? await measureIdle() : "";
console.log([`${about} Min / median / max.`, ...reports.map(({ full }) => full), idle].join("\n\n"));
const summary = markdownTable(
  ["people", "W", ...serverNames],
  reports.flatMap(({ summary }) => summary),
);
const caption =
  "Server CPU in µs for each delivery (min / median / max), for the others the median and, in brackets, what Confab costs " +
  "as a multiple of it. Confab keeps every message on disk first; the others only pass it on. `confab plain` is without C " +
  "and io_uring:";
tellReadme([`From \`test/bench/fan-out.bench.ts\`: ${about}`, caption, summary, idle].join("\n\n"));
