/**
 * Real nats-servers with JetStream in a temporary folder: one, or a cluster of three whose routes to each other a test
 * can cut. A server comes back on its ports and its folder. Ready is what the servers say themselves.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { requireProgram } from "./programs.ts";
import { temporaryFolder } from "./server.ts";
import { fair, TcpProxy } from "./tcp-proxy.ts";

/** nats-server 2.9.10 votes in rounds of 4 to 9 s, and several may fail one after another: more than 30 s were seen. */
export const patienceMs = 90_000;
const askAgainMs = 20;
/** A route that answers no ping for three of these is given up: a cut link is noticed within a test. */
const pingSeconds = 1;

export interface NatsOptions {
  /** Further lines of its configuration. */
  readonly config?: string;
  /** A cluster's servers reach each other without a proxy between them: no link can be cut, nor costs anything. */
  readonly isDirect?: boolean;
}

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly binary: string;
  readonly port: number;
  readonly monitorPort: number;
  /** The cluster's part of the configuration; empty for a server alone. */
  readonly cluster: string;
  readonly config: string;
}

/** A stream as the server's monitoring tells it. */
interface StreamDetail {
  readonly name: string;
  readonly cluster?: { readonly leader?: string };
  readonly state?: { readonly messages: number; readonly last_seq: number };
}

export class NatsServer {
  readonly #place: Place;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  readonly output: string[] = [];

  constructor(t: TestContext, place: Place) {
    this.#place = place;
    t.after(() => this.#child?.kill("SIGKILL"));
  }

  get name(): string {
    return this.#place.name;
  }

  /** Where its files are. */
  get folder(): string {
    return this.#place.folder;
  }

  get port(): number {
    return this.#place.port;
  }

  /** What NATS_URL is set to. */
  get url(): string {
    return `nats://127.0.0.1:${this.#place.port}`;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number {
    return this.#child?.pid ?? NaN;
  }

  /** Starts it, also anew on the same ports and folder. Resolves when clients can connect. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const { binary, folder } = this.#place;
    writeFileSync(join(folder, "nats.conf"), configuration(this.#place));
    const child = spawn(binary, ["-c", join(folder, "nats.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    this.#exited = once(child, "exit").then(() => (this.#child = undefined));
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stderr).on("line", (line) => {
        this.output.push(line);
        if (line.includes("Server is ready")) resolve();
      });
      child.on("error", reject);
      child.on("exit", () => reject(new Error(`${this.name} ended:\n${this.output.slice(-5).join("\n")}`)));
    });
  }

  /** SIGSTOP, SIGCONT, or anything else that needs no waiting for. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Resolves when it is gone. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.signal(signal);
    await this.#exited;
  }

  /** Hands its leaderships over, closes its clients one by one, and is gone. */
  async lameDuck(): Promise<void> {
    await this.kill("SIGUSR2");
  }

  /**
   * What it lacks to serve JetStream with every stream it holds up to date, in its own words; nothing if it does.
   * Consumers are left out: 2.9.10 may remember one that was asked for while it was cut off, which no other server
   * knows, and misses it until its next start. A node makes its own anew.
   */
  async complaint(): Promise<string | undefined> {
    const answer = await this.ask("/healthz");
    if (answer?.ok === true) return undefined;
    const words = answer === undefined ? "no answer" : await answer.text().catch(String);
    return words.includes("JetStream consumer ") ? undefined : `${this.name}: ${words}`;
  }

  /** Asks its monitoring port; nothing if there is no answer. */
  async ask(path: string): Promise<Response | undefined> {
    const signal = AbortSignal.timeout(2_000);
    return fetch(`http://127.0.0.1:${this.#place.monitorPort}${path}`, { signal }).catch(() => undefined);
  }

  async streams(): Promise<readonly StreamDetail[]> {
    const answer = await this.ask("/jsz?streams=true");
    if (answer?.ok !== true) return [];
    const body = (await answer.json()) as { account_details?: { stream_detail?: StreamDetail[] }[] };
    return body.account_details?.flatMap(({ stream_detail = [] }) => stream_detail) ?? [];
  }
}

export class NatsCluster {
  readonly servers: readonly NatsServer[];
  /** By the names of the two servers: "from to". */
  readonly #routes: ReadonlyMap<string, TcpProxy>;

  constructor(servers: readonly NatsServer[], routes: ReadonlyMap<string, TcpProxy>) {
    this.servers = servers;
    this.#routes = routes;
  }

  /** All of them, as NATS_URL takes them. */
  get url(): string {
    return this.servers.map(({ url }) => url).join(",");
  }

  /** Resolves when every server that runs is healthy, and they have a leader. */
  async ready(): Promise<void> {
    const running = this.servers.filter(({ isRunning }) => isRunning);
    await untilSo("the cluster is healthy", async () => {
      const complaints = await Promise.all(running.map((server) => server.complaint()));
      return complaints.find((complaint) => complaint !== undefined);
    });
  }

  /** The server that leads a stream, as the others say; waits for one to be elected. */
  async leaderOf(stream: string): Promise<NatsServer> {
    let leader: NatsServer | undefined;
    await untilSo(`${stream} has a leader`, async () => {
      leader = await this.#leaderNow(stream);
      return leader?.isRunning === true ? undefined : `the leader is ${leader?.name ?? "nobody"}`;
    });
    if (leader === undefined) throw new Error(`${stream} has no leader`);
    return leader;
  }

  /** Cuts the links between this server and the others: nothing comes through, and nobody is told. */
  isolate(server: NatsServer): void {
    for (const route of this.#routesOf(server)) {
      route.weather = () => ({ bytes: 0, end: "silence" });
      route.endAll("silence");
    }
  }

  rejoin(server: NatsServer): void {
    for (const route of this.#routesOf(server)) {
      route.weather = () => fair;
      route.resetSilent();
    }
  }

  #routesOf({ name }: NatsServer): TcpProxy[] {
    return [...this.#routes].filter(([ends]) => ends.split(" ").includes(name)).map(([, route]) => route);
  }

  async #leaderNow(stream: string): Promise<NatsServer | undefined> {
    const told = await Promise.all(this.servers.map((server) => server.streams()));
    const named = told.flat().find(({ name, cluster }) => name === stream && cluster?.leader !== undefined);
    return this.servers.find(({ name }) => name === named?.cluster?.leader);
  }
}

/** One server alone, running; nothing, with the test skipped, where nats-server is missing. */
export async function startNats(
  t: TestContext,
  { config = "" }: NatsOptions = {},
): Promise<NatsServer | undefined> {
  const binary = requireProgram(t, "nats-server");
  if (binary === undefined) return undefined;
  const [port, monitorPort] = [await freePort(), await freePort()];
  const folder = temporaryFolder(t);
  const server = new NatsServer(t, { name: "n1", folder, binary, port, monitorPort, cluster: "", config });
  await server.start();
  await untilSo("nats-server is healthy", () => server.complaint());
  return server;
}

/** Three servers that hold everything threefold; nothing, with the test skipped, where nats-server is missing. */
export async function startNatsCluster(
  t: TestContext,
  { config = "", isDirect = false }: NatsOptions = {},
): Promise<NatsCluster | undefined> {
  const binary = requireProgram(t, "nats-server");
  if (binary === undefined) return undefined;
  const root = temporaryFolder(t);
  const names = ["n1", "n2", "n3"];
  const routePorts = new Map<string, number>();
  for (const name of names) routePorts.set(name, await freePort());
  const routes = isDirect ? new Map<string, TcpProxy>() : await openRoutes(t, routePorts);
  const servers: NatsServer[] = [];
  for (const name of names) {
    const [port, monitorPort] = [await freePort(), await freePort()];
    const folder = join(root, name);
    mkdirSync(folder);
    const cluster = clusterPart(name, routePorts, routes);
    servers.push(new NatsServer(t, { name, folder, binary, port, monitorPort, cluster, config }));
  }
  await Promise.all(servers.map((server) => server.start()));
  const made = new NatsCluster(servers, routes);
  await made.ready();
  return made;
}

/** One proxy for each way from a server to another. A server counts on as many peers as it has routes to. */
async function openRoutes(
  t: TestContext,
  ports: ReadonlyMap<string, number>,
): Promise<Map<string, TcpProxy>> {
  const routes = new Map<string, TcpProxy>();
  for (const from of ports.keys()) {
    for (const [to, port] of ports) {
      if (from === to) continue;
      const target = (): number => port;
      routes.set(`${from} ${to}`, await TcpProxy.open(t, target, () => fair));
    }
  }
  return routes;
}

function clusterPart(
  name: string,
  ports: ReadonlyMap<string, number>,
  routes: ReadonlyMap<string, TcpProxy>,
): string {
  const others = [...ports].filter(([other]) => other !== name);
  const urls = others.map(([other, port]) => {
    return routes.get(`${name} ${other}`)?.url.replace("http", "nats") ?? `nats://127.0.0.1:${port}`;
  });
  // What servers tell each other leads nowhere, so that they have no way around a route that is cut.
  return `cluster {
    name: confab, listen: "127.0.0.1:${ports.get(name) ?? 0}"
    cluster_advertise: "127.0.0.1:1", no_advertise: true, connect_retries: 0
    routes: [${urls.join(", ")}]
  }`;
}

function configuration({ name, port, monitorPort, folder, cluster, config }: Place): string {
  return `server_name: ${name}
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
jetstream { store_dir: "${join(folder, "data")}" }
ping_interval: "${pingSeconds}s"
ping_max: 3
lame_duck_duration: "30s"
lame_duck_grace_period: "100ms"
${cluster}
${config}
`;
}

/** @param missing what is missing still, told where it never comes */
async function untilSo(what: string, missing: () => Promise<string | undefined>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const complaint = await missing();
    if (complaint === undefined) return;
    if (performance.now() > deadlineMs) throw new Error(`not within ${patienceMs} ms: ${what}; ${complaint}`);
    await delay(askAgainMs);
  }
}
