/** The servers that the fan-out bench compares, each a process of its own: bare peers, and Confab with all it does. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nodeOptions } from "../support/node-options.ts";
import { cacheFolder } from "./cache-folder.ts";
import { onCore, serverCore } from "./machine.ts";
import { temporaryFolder } from "./support.ts";

export interface BenchServer {
  readonly name: ServerName;
  readonly pid: number;
  readonly port: number;
  /** How the load speaks to it: `raw` peers send everybody in the room what one client sends. */
  readonly dialect: "raw" | "confab" | "socket.io";
  /** Of its socket; the number of the room follows, but not for socket.io. */
  readonly path: string;
  /** Drops what it does not need, so that its memory can be read. */
  readonly collectGarbage: () => void;
  readonly stop: () => Promise<void>;
}

export type ServerName = keyof typeof programs;

interface Program {
  readonly command: readonly string[];
  readonly dialect: BenchServer["dialect"];
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
}

const node = [process.execPath, "--expose-gc", "--import", here("peers/collect-garbage.ts")];
const bun = join(cacheFolder, "node_modules/.bin/bun");
const downloads = ["bun@1.4.5", "socket.io@4.8.4"];

const confab = {
  command: [...node, ...nodeOptions, here("../../src/main.ts")],
  dialect: "confab",
  path: "/r/bench-",
} as const satisfies Program;

const programs = {
  confab,
  "confab plain": { ...confab, env: { SEND_LOOP: "plain" } },
  bun: { command: [bun, here("peers/bun.ts")], dialect: "raw", path: "/" },
  "ws joined": { command: [...node, here("peers/joined-ws.ts")], dialect: "raw", path: "/" },
  "ws naive": { command: [...node, here("peers/naive-ws.ts")], dialect: "raw", path: "/" },
  "socket.io": {
    command: [...node, here("peers/socket-io.ts"), cacheFolder],
    dialect: "socket.io",
    path: "/socket.io/?EIO=4&transport=websocket",
  },
} as const satisfies Record<string, Program>;

export const serverNames = Object.keys(programs) as readonly ServerName[];

/** Development downloads of the bench alone: no dependency of the project. */
export function downloadPeers(): void {
  if (existsSync(bun)) return;
  mkdirSync(cacheFolder, { recursive: true });
  const flags = ["--no-save", "--no-audit", "--no-fund", "--prefix", cacheFolder];
  const { status } = spawnSync("npm", ["install", ...flags, ...downloads], { stdio: "inherit" });
  if (status !== 0) throw new Error("the peers could not be downloaded");
}

export async function startServer(name: ServerName): Promise<BenchServer> {
  const { command, dialect, path, env }: Program = programs[name];
  const folder = temporaryFolder();
  const [program, ...rest] = onCore(serverCore, command);
  const settings = { HOST: "127.0.0.1", PORT: "0", DATA_DIR: folder.path, LOG_LEVEL: "info" };
  const limits = { MESSAGES_PER_SECOND: "0", MAX_CONNECTIONS_PER_IP: "0" };
  const child = spawn(program, rest, {
    env: { ...process.env, ...settings, ...limits, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // A bench that fails leaves no server behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} did not start`);
  return {
    ...{ name, dialect, path, pid, port: await portOf(child) },
    collectGarbage: () => void child.kill("SIGUSR2"),
    stop: async () => {
      process.off("exit", kill);
      kill();
      await once(child, "exit");
      folder.remove();
    },
  };
}

/** A peer prints its port, Confab logs its URL; what comes later is let go, so that no pipe fills up. */
async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new TypeError("the server's output is not read");
  const lines = createInterface(child.stdout);
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const { port, url } = JSON.parse(line) as { port?: number; url?: string };
      if (port !== undefined) resolve(port);
      if (url !== undefined) resolve(Number(new URL(url).port));
    });
    lines.once("close", () => reject(new Error("a server ended before it was ready")));
  });
}

function here(name: string): string {
  return join(import.meta.dirname, name);
}
