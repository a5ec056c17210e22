/**
 * Three nodes on three nats-servers (R3): how soon one node shows what was sent to another, how much all keep together,
 * how long sends wait when the stream's leader goes, and how soon a node with an empty disk has caught up.
 */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { WebSocket } from "ws";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import { startCluster, type Cluster, type ClusterNode } from "../support/cluster.ts";
import type { NatsServer } from "../support/nats.ts";
import { bareClients } from "./bare-nats.ts";
import { cpuDuring } from "./cpu.ts";
import { runLoad } from "./load.ts";
import { openNode } from "../nats/opened-log.ts";
import { patientWriter } from "./patient-writer.ts";
import { open, percentile, print, temporaryFolder } from "./support.ts";

const runs = 3;
const text = "x".repeat(120);
const stream = "confab-log";
const quietMs = 12_000;
const catchUpEvents = Number(process.env["CATCH_UP"] ?? "1000000");
/** One of `nodeToNode`, `throughput`, `leaderGoes`, `emptyNode`, `logAlone`; all of them if not set. */
const only = process.env["ONLY"];

const socketOf = ({ url }: ClusterNode, room: string): string => `${url.replace("http", "ws")}/r/${room}`;

function ignore(): void {
  // What a writer is told is not measured.
}

interface Rate {
  readonly rooms: number;
  /** On the first node; a reader is on the second. */
  readonly writersPerRoom: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Sent to the first node, seen on the second. */
async function fromNodeToNode(cluster: Cluster, rate: Rate): Promise<number[]> {
  const [first, second] = cluster.nodes;
  const [sentAt, tookMs] = [new Map<string, number>(), [] as number[]];
  const see = (frame: string): void => {
    if (!frame.startsWith('{"type":"msg"')) return;
    const { ref } = JSON.parse(frame) as { ref: string };
    tookMs.push(performance.now() - (sentAt.get(ref) ?? NaN));
  };
  const [readers, writers] = [[] as WebSocket[], [] as WebSocket[]];
  for (let at = 0; at < rate.rooms; at += 1) {
    const room = randomUUID();
    readers.push(await open(socketOf(second, room), {}, see));
    for (let writer = 0; writer < rate.writersPerRoom; writer += 1)
      writers.push(await open(socketOf(first, room), {}, ignore));
  }
  const [total, startedMs] = [rate.perSecond * rate.seconds, performance.now()];
  let sent = 0;
  while (tookMs.length < total) {
    await delay(1);
    const due = Math.min(total, ((performance.now() - startedMs) / 1_000) * rate.perSecond);
    for (; sent < due; sent += 1) {
      sentAt.set(`r${sent}`, performance.now());
      writers[sent % writers.length]?.send(
        JSON.stringify({ action: "message", ref: `r${sent}`, message: text }),
      );
    }
  }
  for (const socket of [...readers, ...writers]) socket.terminate();
  return tookMs;
}

/** Messages a second that all nodes together keep and show, many on their way in each of many rooms. */
async function saturated(cluster: Cluster): Promise<number> {
  const loads = cluster.nodes.map(async ({ pid, port }, at) => {
    const server = { name: "confab", dialect: "confab", path: `/r/s${at}-`, pid, port } as const;
    const load = { rooms: 60, people: 1, window: 8, warmUp: 2, seconds: 5, isWatched: true };
    return runLoad({ ...server, collectGarbage: ignore, stop: () => Promise.resolve() }, load);
  });
  const figures = await Promise.all(loads);
  return figures.reduce((sum, { messages, seconds }) => sum + messages / seconds, 0);
}

/** The longest time without an acknowledgement, on any node, while the stream's leader goes. */
async function gapWhen(cluster: Cluster, happens: (leader: NatsServer) => Promise<void>): Promise<number> {
  const writers = await Promise.all(cluster.nodes.map((node) => patientWriter(socketOf(node, randomUUID()))));
  await delay(500);
  for (const { countFromNow } of writers) countFromNow();
  const leader = await cluster.nats.leaderOf(stream);
  await Promise.all([happens(leader), delay(quietMs)]);
  const gapsMs = writers.map(({ end }) => end(quietMs / 2));
  await leader.start();
  await cluster.nats.ready();
  return Math.max(...gapsMs);
}

/** Fills the stream while no node runs, and starts one that has nothing. */
async function catchUp(cluster: Cluster, node: ClusterNode, events: number): Promise<number> {
  const connection = await connect({ servers: cluster.nats.url.split(",") });
  const client = jetstream(connection);
  for (let at = 0; at < events;) {
    const step = Math.min(2_000, events - at);
    const records = Array.from({ length: step }, (_, next) => {
      const [uid, ref] = [`${"a".repeat(14)}${(at + next) % 10}2`.slice(0, 16), `c${at + next}`];
      const act = {
        type: "msg",
        room: `c${(at + next) % 100}`,
        uid,
        ref,
        msg: text,
        id: 1,
        name: "Ana",
      } as const;
      return client.publish("confab.log.record", encodeRecord({ type: "act", act, at: Date.now() }));
    });
    await Promise.all(records);
    at += step;
  }
  await connection.close();
  const startedMs = performance.now();
  await node.start();
  return (performance.now() - startedMs) / 1_000;
}

/** Everything shares this machine's cores, the load too: who took how much of them. */
function processesOf({ nodes, nats }: Cluster): Record<string, number> {
  const named = [
    ...nodes.map(({ pid }, at) => [`node ${at + 1}`, pid] as const),
    ...nats.servers.map(({ pid }, at) => [`nats-server ${at + 1}`, pid] as const),
    ["load", process.pid] as const,
  ];
  return Object.fromEntries(named);
}

function printCpu(percent: Readonly<Record<string, number>>): void {
  const told = Object.entries(percent).map(([name, of]) => `${name} ${of.toFixed(0)}`);
  console.log(`  of one core of ${availableParallelism()}, in percent: ${told.join(", ")}`);
}

test("three nodes, three nats-servers, R3", async (t) => {
  const cluster = await startCluster(t, { isDirect: true });
  if (cluster === undefined) return;
  await fromNodeToNode(cluster, { rooms: 50, writersPerRoom: 1, perSecond: 500, seconds: 2 });
  const parts = [nodeToNode, throughput, leaderGoes, emptyNode];
  for (const part of parts) if (only === undefined || only === part.name) await part(cluster);
  // Last: it needs no nodes, and they would take from it.
  if (only !== undefined && only !== logAlone.name) return;
  for (const node of cluster.nodes) if (node.isRunning) await node.end("SIGTERM");
  await logAlone(t, cluster);
});

async function nodeToNode(cluster: Cluster): Promise<void> {
  await nodeToNodeIn(cluster, "50 rooms", { rooms: 50, writersPerRoom: 1, perSecond: 500, seconds: 6 });
  // Each message goes to 51 people as well, all of them served by this machine's cores.
  await nodeToNodeIn(cluster, "one room of 51", { rooms: 1, writersPerRoom: 50, perSecond: 500, seconds: 6 });
}

async function nodeToNodeIn(cluster: Cluster, where: string, rate: Rate): Promise<void> {
  const [p50, p99]: [number[], number[]] = [[], []];
  const [bare50, bare99]: [number[], number[]] = [[], []];
  const bare = await bareClients(cluster.nats);
  let percent: Readonly<Record<string, number>> = {};
  for (let run = 0; run < runs; run += 1) {
    let tookMs: number[] = [];
    const ours = async (): Promise<void> => void (tookMs = await fromNodeToNode(cluster, rate));
    ({ percent } = await cpuDuring(processesOf(cluster), ours));
    const bareMs = await bare.measure(rate.perSecond, rate.seconds / 2);
    p50.push(percentile(tookMs, 50));
    p99.push(percentile(tookMs, 99));
    bare50.push(percentile(bareMs, 50));
    bare99.push(percentile(bareMs, 99));
  }
  await bare.close();
  print(`500/s in ${where}, node to node`, { "p50 ms": p50, "p99 ms": p99 });
  print("two bare NATS clients in between", { "p50 ms": bare50, "p99 ms": bare99 });
  printCpu(percent);
}

async function throughput(cluster: Cluster): Promise<void> {
  const kept: number[] = [];
  const { percent } = await cpuDuring(processesOf(cluster), async () => {
    for (let run = 0; run < runs; run += 1) kept.push(await saturated(cluster));
  });
  print("saturated, 180 rooms of one", { "kept/s": kept });
  printCpu(percent);
}

async function leaderGoes(cluster: Cluster): Promise<void> {
  const [killed, duck]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) killed.push(await gapWhen(cluster, (leader) => leader.kill()));
  for (let run = 0; run < runs; run += 1) duck.push(await gapWhen(cluster, (leader) => leader.lameDuck()));
  print("the stream's leader goes", { "kill -9, ms": killed, "lame duck, ms": duck });
}

/** What one node's log keeps, without sockets: a machine of its own would have about that for each node. */
async function logAlone(t: TestContext, { nats }: Cluster): Promise<void> {
  const folder = temporaryFolder();
  const { log } = await openNode(t, nats.url, { prefix: "alone", sync: "full", dataDir: folder.path });
  t.after(folder.remove);
  let [count, kept, isOver] = [0, 0, false];
  const person = async (uid: string): Promise<void> => {
    while (!isOver) {
      count += 1;
      const ref = `l${count}`;
      const outcome = await log.append({ type: "msg", room: uid, uid, ref, msg: text, id: 1, name: "Ana" });
      if (outcome.kept) kept += 1;
    }
  };
  const people = Array.from({ length: 1_440 }, (_, at) => person(`p${at % 180}`));
  await delay(1_000);
  const perSecond: number[] = [];
  const servers = nats.servers.map(({ pid }, at) => [`nats-server ${at + 1}`, pid] as const);
  const pids = { node: process.pid, ...Object.fromEntries(servers) };
  const { percent } = await cpuDuring(pids, async () => {
    for (let run = 0; run < runs; run += 1) {
      const before = kept;
      await delay(4_000);
      perSecond.push((kept - before) / 4);
    }
  });
  isOver = true;
  await Promise.all(people);
  print("one node's log alone, 180 people", { "kept/s": perSecond });
  printCpu(percent);
}

async function emptyNode(cluster: Cluster): Promise<void> {
  const [, , last] = cluster.nodes;
  await Promise.all(cluster.nodes.map((node) => node.end("SIGTERM")));
  last.forget();
  print(`an empty node, ${catchUpEvents} events`, { seconds: [await catchUp(cluster, last, catchUpEvents)] });
}
