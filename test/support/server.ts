/** A real Confab for a test: in this process, or as a process of its own that can be killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { start, type Means } from "../../src/main.ts";
import { freePort } from "./free-port.ts";
import { nodeOptions } from "./node-options.ts";
import { patientSearch } from "./patient-search.ts";

export type Env = Readonly<Record<string, string>>;

export interface TestServer {
  /** `http://…` without a slash at the end. */
  readonly url: string;
  readonly dataDir: string;
  /** The socket's URL of a room, or of the lobby. */
  readonly socket: (room?: string) => string;
  readonly stop: () => Promise<void>;
}

export interface ServerProcess extends TestServer {
  readonly pid: number;
  /** Sends a signal and waits for the exit; all that was written by then is in `output`. */
  readonly kill: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly output: readonly string[];
}

const quick: Env = { HOST: "127.0.0.1", DRAIN_DELAY_MS: "0", LOG_LEVEL: "silent" };
/** Many clients of one test come from one address, and say more than a person does. */
const noLimits: Env = { MESSAGES_PER_SECOND: "0", MAX_CONNECTIONS_PER_IP: "0" };

/** Gone after the test, also where a server that is just being ended still makes a file in it meanwhile. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "confab-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  return folder;
}

/** Stopped after the test by itself. */
export async function startServer(t: TestContext, env: Env = {}, means: Means = {}): Promise<TestServer> {
  const dataDir = env["DATA_DIR"] ?? temporaryFolder(t);
  const config = readConfig({ ...(await usual()), DATA_DIR: dataDir, ...env });
  const running = await start(config, createLogger(config.logLevel), {
    searchBudget: patientSearch,
    ...means,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= running.stop());
  t.after(stop);
  return { url: running.url, dataDir, socket: socketOf(running.url), stop };
}

/** `node src/main.ts` as an operator starts it; killed after the test if it still runs. */
export async function spawnServer(t: TestContext, env: Env = {}): Promise<ServerProcess> {
  const dataDir = env["DATA_DIR"] ?? temporaryFolder(t);
  const main = join(import.meta.dirname, "../../src/main.ts");
  const child = spawn(process.execPath, [...nodeOptions, main], {
    env: { PATH: process.env["PATH"], ...(await usual()), LOG_LEVEL: "info", DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Not "exit": what it wrote last may still be on its way by then.
  const exited = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  t.after(() => child.kill("SIGKILL"));
  const output: string[] = [];
  const lines = createInterface(child.stdout);
  const url = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      output.push(line);
      const ready = /"url":"([^"]+)".*"event":"ready"/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void exited.then(([code]) =>
      reject(new Error(`the server exited with ${String(code)} before it was ready`)),
    );
  });
  const kill: ServerProcess["kill"] = async (signal) => {
    child.kill(signal);
    const [code, bySignal] = await exited;
    return { code, signal: bySignal };
  };
  const stop = async (): Promise<void> => {
    await kill("SIGTERM");
  };
  const signal = (name: NodeJS.Signals): void => void child.kill(name);
  return { url, dataDir, socket: socketOf(url), stop, kill, signal, output, pid: child.pid ?? 0 };
}

/** On a port that is still free when the server comes back: many tests stop it for a while. */
async function usual(): Promise<Env> {
  return { ...quick, ...noLimits, PORT: String(await freePort()) };
}

function socketOf(url: string): (room?: string) => string {
  const base = url.replace(/^http/, "ws");
  return (room) => (room === undefined ? `${base}/` : `${base}/r/${encodeURIComponent(room)}`);
}
