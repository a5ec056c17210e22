/** A new version takes over under load, on another port behind a balancer or on the same one: nobody loses a word. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { connect, newKey } from "../support/client.ts";
import { Crowd } from "../support/crowd.ts";
import { freePort } from "../support/free-port.ts";
import { spawnServer, temporaryFolder } from "../support/server.ts";
import { fair, TcpProxy } from "../support/tcp-proxy.ts";

const longestWaits = (crowd: Crowd): string =>
  crowd.writers.map(({ longestWaitMs }) => `${longestWaitMs.toFixed(0)} ms`).join(", ");

test("deploys behind a balancer: the new process starts before the old one has ended, on another port", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), DRAIN_DELAY_MS: "100" };
  let server = await spawnServer(t, env);
  let port = Number(new URL(server.url).port);
  const balancer = await TcpProxy.open(
    t,
    () => port,
    () => fair,
  );
  const crowd = new Crowd(t, {
    server: () => server.url,
    through: () => balancer.url,
    writers: 4,
    readers: 4,
  });
  crowd.start();
  for (let round = 0; round < 4; round += 1) {
    await crowd.acknowledgements(200);
    const next = spawnServer(t, env); // Ready only once the old one has let go of the folder.
    const exit = await server.kill("SIGTERM");
    assert.equal(exit.code, 0, "drained");
    server = await next;
    port = Number(new URL(server.url).port);
  }
  const kept = await crowd.settle();
  console.log(`${kept.length} messages over 4 deploys; longest wait of each writer: ${longestWaits(crowd)}`);
});

test("restarts on the same port", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), PORT: String(await freePort()) };
  let server = await spawnServer(t, env);
  const crowd = new Crowd(t, { server: () => server.url, writers: 4, readers: 4 });
  crowd.start();
  for (let round = 0; round < 4; round += 1) {
    await crowd.acknowledgements(200);
    assert.equal((await server.kill("SIGTERM")).code, 0, "drained");
    server = await spawnServer(t, env);
  }
  const kept = await crowd.settle();
  console.log(`${kept.length} messages over 4 restarts; longest wait of each writer: ${longestWaits(crowd)}`);
});

test("a second process on the same DATA_DIR waits, then exits 1 with one line; the first is undisturbed", async (t) => {
  const server = await spawnServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  const second = spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
    env: { PORT: "0", DATA_DIR: server.dataDir, DRAIN_DELAY_MS: "0", DRAIN_DEADLINE_MS: "300" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  second.stdout.on("data", (data: Buffer) => out.push(data.toString()));
  second.stderr.on("data", (data: Buffer) => err.push(data.toString()));
  const closed = once(second, "close");
  ana.send({ action: "message", ref: "r1", message: "undisturbed" });
  await ana.until("ack");
  assert.deepEqual(await closed, [1, null]);
  assert.equal(out.join(""), "");
  assert.match(err.join(""), /^Confab cannot start: another Confab process .* after 300 ms: stop it, .*\n$/);
  ana.send({ action: "message", ref: "r2", message: "still here" });
  await ana.until("ack");
  assert.equal((await fetch(`${server.url}/health/ready`)).status, 200);
});
