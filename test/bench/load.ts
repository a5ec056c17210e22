/** Runs the load generator: load.c where there is a C compiler, else load-in-node.ts. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "./cache-folder.ts";
import { coresAreApart, has, loadCore, onCore } from "./machine.ts";
import type { BenchServer } from "./servers.ts";

export interface Load {
  /** Default 1, of `people` each. */
  readonly rooms?: number;
  readonly people: number;
  /** Messages on their way in each room at any time; the next is said when who said one has it back. */
  readonly window?: number;
  /** Instead of a window: messages a second in all, each due at its time whatever came back. */
  readonly rate?: number;
  /** Not counted: everybody's coming is told, and code gets compiled. */
  readonly warmUp?: number;
  readonly seconds?: number;
  /** Characters in a message, default 120. */
  readonly bytes?: number;
  /** Of each room's people, those who read nothing until everybody else has everything. */
  readonly asleep?: number;
  /** Whether something else runs on the load's core, so that it must sleep while nothing comes. */
  readonly isWatched?: boolean;
}

/** As load-figures.h prints them. Latencies are of each delivery; `last…` of each message's last reader. */
export interface LoadFigures {
  readonly seconds: number;
  readonly deliveries: number;
  readonly messages: number;
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lastP50Ms: number;
  readonly lastP99Ms: number;
  readonly handshakeSeconds: number;
  readonly handshakeCpuSeconds: number;
  readonly wakeSeconds: number;
}

export const loadGenerator = has("gcc") ? "C" : "Node";
const command = loadGenerator === "C" ? [compile()] : [process.execPath, here("load-in-node.ts")];

/** Connects, runs, checks that everybody got everything, and disconnects. */
export async function runLoad(server: BenchServer, load: Load): Promise<LoadFigures> {
  const child = start(server, load);
  const figures = await result(child);
  await once(child, "close");
  return figures;
}

/** Idle connections, until they are let go. */
export async function holdConnections(server: BenchServer, people: number): Promise<() => Promise<void>> {
  const child = start(server, { people, hold: 1 });
  await result(child);
  return async () => {
    child.stdin?.end();
    await once(child, "close");
  };
}

function start(server: BenchServer, load: Load & { readonly hold?: number }): ChildProcess {
  const { dialect, path, pid, port } = server;
  const { isWatched, ...figures } = load;
  const spin = coresAreApart && !isWatched && load.hold === undefined ? 1 : 0;
  const options = Object.entries({ dialect, path, pid, port, spin, ...figures });
  const words = options.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [program, ...rest] = onCore(loadCore, [...command, ...words]);
  return spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
}

async function result(child: ChildProcess): Promise<LoadFigures> {
  if (child.stdout === null) throw new TypeError("the load's output is not read");
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as LoadFigures;
  throw new Error("the load ended without figures");
}

function compile(): string {
  mkdirSync(cacheFolder, { recursive: true });
  const program = join(cacheFolder, "load");
  const { status } = spawnSync("gcc", ["-O2", "-o", program, here("load.c")], { stdio: "inherit" });
  if (status !== 0) throw new Error("load.c does not compile");
  return program;
}

function here(name: string): string {
  return join(import.meta.dirname, name);
}
