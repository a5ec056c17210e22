/** What the benches share: a measured server, quick clients, and figures as min/median/max. */
import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { subprotocol } from "../../src/protocol/client-frames.ts";
import type { Cost } from "./measured-server.ts";

export interface MeasuredServer {
  readonly socket: (room: string) => string;
  readonly url: string;
  readonly cost: () => Promise<Cost>;
  readonly kill: () => Promise<void>;
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "confab-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function forkServer(dataDir: string, port = 0): Promise<MeasuredServer> {
  const limits = { MESSAGES_PER_SECOND: "0", MAX_CONNECTIONS_PER_IP: "0" };
  const env = { HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "warn", ...limits };
  const child = fork(join(import.meta.dirname, "measured-server.ts"), { env: { ...process.env, ...env } });
  const { url } = (await reply(child)) as { url: string };
  return {
    url,
    socket: (room) => `${url.replace("http", "ws")}/r/${room}`,
    cost: async () => {
      const answer = reply(child);
      child.send("cost");
      return (await answer) as Cost;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function reply(child: ChildProcess): Promise<unknown> {
  const [message] = (await once(child, "message")) as [unknown];
  return message;
}

/** A client that is told of each frame as text, and reads no more of it than it must. */
export async function open(url: string, hello: object, onText: (text: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(url, subprotocol, { perMessageDeflate: false, skipUTF8Validation: true });
  const key = randomBytes(24).toString("base64url");
  const welcomed = new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('{"type":"welcome"')) resolve();
      onText(text);
    });
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ action: "hello", key, ...hello }));
  await welcomed;
  return socket;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

/** "1.2 / 1.3 / 1.9": min, median and max of some runs. */
export function spread(values: readonly number[]): string {
  const points = [Math.min(...values), percentile(values, 50), Math.max(...values)];
  return points.map((value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2))).join(" / ");
}

export function print(name: string, figures: Readonly<Record<string, readonly number[]>>): void {
  for (const [figure, values] of Object.entries(figures)) {
    console.log(`${name.padEnd(44)} ${figure.padEnd(22)} ${spread(values)}`);
  }
}
