/**
 * A server with its usual limits, watched from another address while something is done to it: how long `/health` and a
 * message to somebody else take at worst, how much memory it holds, and whether it lives.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect, newKey, type TestClient } from "../support/client.ts";
import { mostBetween, outcomesIn, type Outcomes } from "./outcomes.ts";
import { spawnServer, type ServerProcess } from "../support/server.ts";

export interface Seen {
  readonly healthMs: number;
  readonly messageMs: number;
  readonly megabytes: number;
  /** What was answered most. Those who are still there when an attack is over are closed with 1006. */
  readonly answers: string;
}

const usualLimits = { MESSAGES_PER_SECOND: "5", MAX_CONNECTIONS_PER_IP: "200" };
/** Unless asked to be one of the crowd, the witnesses come from elsewhere. */
const oneOfCrowd = process.env["ABUSE_FROM"];
const elsewhere = oneOfCrowd ?? "127.0.0.2";

export class Watch {
  readonly server: ServerProcess;
  readonly #ana: TestClient;
  readonly #ben: TestClient;
  #said = 0;
  #attacks = 0;

  constructor(server: ServerProcess, ana: TestClient, ben: TestClient) {
    this.server = server;
    this.#ana = ana;
    this.#ben = ben;
  }

  static async start(t: TestContext): Promise<Watch> {
    const server = await spawnServer(t, {
      ...usualLimits,
      LOG_LEVEL: "info",
    });
    const come = (): ReturnType<typeof connect> =>
      connect(server.socket("watched"), { key: newKey() }, { localAddress: elsewhere });
    return new Watch(server, await come(), await come());
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  /** Messages long enough that reading the room is work. */
  async fill(room: string, messages: number): Promise<void> {
    const writers = await Promise.all(
      Array.from({ length: 10 }, () =>
        connect(this.server.socket(room), { key: newKey() }, { localAddress: "127.0.0.3" }),
      ),
    );
    for (let at = 0; at < messages; at += writers.length) {
      await Promise.all(
        writers.map(async (writer, nth) => {
          writer.send({ action: "message", ref: `r${at + nth}`, message: "a b c ".repeat(600) });
          await writer.until("ack").catch(() => undefined);
        }),
      );
      await delay(200);
    }
    await Promise.all(writers.map((writer) => writer.close()));
  }

  /** @param percent of the attack's full size */
  async during(attack: string, percent: number, ms: number): Promise<Seen> {
    const before = await this.#outcomes();
    const file = join(import.meta.dirname, "attacker.ts");
    const args = [file, this.port, attack, percent, ms, this.#nextAddress()].map(String);
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    const over = once(child, "exit").then(() => "over" as const);
    const worst = { healthMs: 0, messageMs: 0, megabytes: 0 };
    for (let isOver = false; !isOver;) {
      const [healthMs, messageMs] = await Promise.all([this.#health(), this.#message()]);
      worst.healthMs = Math.max(worst.healthMs, healthMs);
      worst.messageMs = Math.max(worst.messageMs, messageMs);
      worst.megabytes = Math.max(worst.megabytes, this.megabytes());
      isOver = (await Promise.race([over, delay(350)])) === "over";
    }
    return { ...worst, answers: mostBetween(before, await this.#outcomes()) };
  }

  /** Resident memory; nothing to be read once the process is gone, which fails. */
  megabytes(): number {
    const status = readFileSync(`/proc/${this.server.pid}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? "0") / 1024);
  }

  /** One of its own for each attack: what the one before used up of an address kept most of the next from coming in. */
  #nextAddress(): string {
    return oneOfCrowd ?? `127.8.0.${(this.#attacks += 1)}`;
  }

  async #outcomes(): Promise<Outcomes> {
    return outcomesIn(await this.#get("/metrics"));
  }

  async #health(): Promise<number> {
    const startedMs = performance.now();
    await this.#get("/health");
    return performance.now() - startedMs;
  }

  #get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const from = { port: this.port, host: "127.0.0.1", localAddress: elsewhere, agent: false };
      const asked = request({ ...from, path }, (answer) => {
        text(answer).then(resolve, reject);
        if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}`));
      });
      asked.once("error", reject).end();
    });
  }

  async #message(): Promise<number> {
    const words = `word ${(this.#said += 1)}`;
    const startedMs = performance.now();
    this.#ana.send({ action: "message", ref: `r${this.#said}`, message: words });
    await this.#ben.until("msg", ({ msg }) => msg === words);
    return performance.now() - startedMs;
  }
}
