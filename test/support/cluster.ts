/** A chat of three nodes, processes of their own, on three nats-servers. A node comes back on its port and its folder. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { everyMessage } from "./events-pages.ts";
import { freePort } from "./free-port.ts";
import { patienceMs, startNatsCluster, type NatsCluster, type NatsOptions } from "./nats.ts";
import { spawnServer, temporaryFolder, type Env, type ServerProcess } from "./server.ts";

const askAgainMs = 50;

/** What `/health` says, and with which status `/health/ready`. */
interface Health {
  readonly status: string;
  readonly reason?: string;
  readonly ready: number;
}

type NodeEnv = Env & { readonly PORT: string; readonly DATA_DIR: string };

export class ClusterNode {
  readonly #t: TestContext;
  readonly #env: NodeEnv;
  #process: ServerProcess | undefined;

  constructor(t: TestContext, env: NodeEnv) {
    this.#t = t;
    this.#env = env;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#env.PORT}`;
  }

  get port(): number {
    return Number(this.#env.PORT);
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  get pid(): number {
    return this.#process?.pid ?? NaN;
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    this.#process = await spawnServer(this.#t, this.#env);
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name);
  }

  /** @returns the exit code, nothing for one that was killed */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null | undefined> {
    const running = this.#process;
    this.#process = undefined;
    return (await running?.kill(signal))?.code;
  }

  /** Empties its folder, as a new machine's is. */
  forget(): void {
    rmSync(this.#env.DATA_DIR, { recursive: true });
    mkdirSync(this.#env.DATA_DIR);
  }

  async health(): Promise<Health> {
    const [health, ready] = await Promise.all([
      fetch(`${this.url}/health`),
      fetch(`${this.url}/health/ready`),
    ]);
    await ready.arrayBuffer();
    return { ...((await health.json()) as Health), ready: ready.status };
  }

  /** Resolves when its health is so. */
  async untilHealth(what: string, isSo: (health: Health) => boolean): Promise<void> {
    let last: Health | undefined;
    const condition = async (): Promise<boolean> => isSo((last = await this.health()));
    await untilSo(what, condition, () => `, but ${JSON.stringify(last)}`);
  }

  async peopleCount(room = "lobby"): Promise<number> {
    const answer = await fetch(`${this.url}/r/${room}/people`);
    return ((await answer.json()) as { count: number }).count;
  }
}

export class Cluster {
  readonly nats: NatsCluster;
  readonly nodes: readonly [ClusterNode, ClusterNode, ClusterNode];

  constructor(nats: NatsCluster, nodes: readonly [ClusterNode, ClusterNode, ClusterNode]) {
    this.nats = nats;
    this.nodes = nodes;
  }

  /** A node that runs: this one, or the next. A client finds it as it would through a balancer. */
  urlFrom(at: number): string {
    const order = this.nodes.map((_, step) => this.nodes[(at + step) % this.nodes.length]);
    return order.find((node) => node?.isRunning === true)?.url ?? this.nodes[0].url;
  }

  /** Resolves when every node counts so many people in the lobby. */
  async people(count: number): Promise<void> {
    const counts = (): Promise<number[]> => Promise.all(this.nodes.map((node) => node.peopleCount()));
    await untilSo(`every node counts ${count} people`, async () =>
      (await counts()).every((n) => n === count),
    );
  }

  /** Resolves when every node tells one and the same of the lobby. */
  async agreed(): Promise<void> {
    let told: string[] = [];
    await untilSo("all nodes tell the same", async () => {
      const pages = await Promise.all(this.nodes.map(({ url }) => everyMessage(url, "lobby")));
      told = pages.map((messages) => JSON.stringify(messages));
      return new Set(told).size === 1;
    });
    assert((told[0]?.length ?? 0) > 2, "and it is not nothing");
  }
}

export interface ClusterOptions extends NatsOptions {
  /** The servers each node is told of; all of them if not given. */
  readonly natsOf?: (at: number, nats: NatsCluster) => string;
  /** Where the last node keeps its files, if not where the others do. */
  readonly lastDataDir?: string;
}

export async function startCluster(
  t: TestContext,
  { natsOf = (_, { url }) => url, lastDataDir, ...options }: ClusterOptions = {},
): Promise<Cluster | undefined> {
  const nats = await startNatsCluster(t, options);
  if (nats === undefined) return undefined;
  const root = temporaryFolder(t);
  const node = async (at: number, DATA_DIR = join(root, `node${at}`)): Promise<ClusterNode> => {
    mkdirSync(DATA_DIR, { recursive: true });
    const PORT = String(await freePort());
    const SECRET = "one secret for all nodes, long enough";
    return new ClusterNode(t, { DATA_DIR, PORT, SECRET, NATS_URL: natsOf(at, nats), DRAIN_DELAY_MS: "1000" });
  };
  const nodes = [await node(0), await node(1), await node(2, lastDataDir)] as const;
  await Promise.all(nodes.map((each) => each.start()));
  return new Cluster(nats, nodes);
}

async function untilSo(
  what: string,
  condition: () => Promise<boolean>,
  instead: () => string = () => "",
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  // What cannot be asked just now is not so.
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${patienceMs} ms: ${what}${instead()}`);
    await delay(askAgainMs);
  }
}
