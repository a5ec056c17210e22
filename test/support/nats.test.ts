import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../message-log/opened-log.ts";
import { startNats, startNatsCluster } from "./nats.ts";

test("a nats-server comes back on the same port", async (t) => {
  const server = await startNats(t);
  if (server === undefined) return;
  await server.kill();
  assert.notEqual(await server.complaint(), undefined);
  await server.start();
  const varz = (await (await server.ask("/varz"))?.json()) as { port?: number; jetstream?: object };
  assert.equal(varz.port, server.port);
  assert(varz.jetstream);
});

test("a cluster of three notices a cut link and closes ranks once it is mended", async (t) => {
  const cluster = await startNatsCluster(t);
  if (cluster === undefined) return;
  const [, , third] = cluster.servers;
  assert(third);
  const routes = async (): Promise<number> => {
    const routez = (await (await third.ask("/routez"))?.json()) as { num_routes?: number };
    return routez.num_routes ?? 0;
  };
  // A cluster is healthy as soon as two of three see each other.
  await eventually(async () => (await routes()) === 2);
  cluster.isolate(third);
  await eventually(async () => (await routes()) === 0);
  cluster.rejoin(third);
  await eventually(async () => (await routes()) === 2);
  await cluster.ready();
});

test("a lame duck leaves the cluster of three healthy, and comes back", async (t) => {
  const cluster = await startNatsCluster(t);
  if (cluster === undefined) return;
  const [first] = cluster.servers;
  await first?.lameDuck();
  await cluster.ready();
  await first?.start();
  await cluster.ready();
});
