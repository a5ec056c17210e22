/** The process ends or stands still at any moment: whatever it promised holds (I2 to I5). */
import { test } from "node:test";
import { Crowd } from "../support/crowd.ts";
import { freePort } from "../support/free-port.ts";
import { spawnServer, temporaryFolder } from "../support/server.ts";

test("I2 I3 I4 I5 kill -9 again and again under load: nothing is lost, doubled or out of order", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), PORT: String(await freePort()) };
  const url = `http://127.0.0.1:${env.PORT}`;
  const crowd = new Crowd(t, { server: () => url, writers: 4, readers: 4 });
  crowd.start();
  for (let round = 0; round < 8; round += 1) {
    const server = await spawnServer(t, env);
    await crowd.acknowledgements(200 + 37 * round);
    await server.kill("SIGKILL");
  }
  await spawnServer(t, env);
  const kept = await crowd.settle();
  console.log(`${kept.length} messages over 8 kills`);
});

test("a server that stands still and goes on (SIGSTOP, SIGCONT) keeps its promises to those who gave it up", async (t) => {
  const server = await spawnServer(t);
  const crowd = new Crowd(t, { server: () => server.url, writers: 3, readers: 3, silenceMs: 300 });
  crowd.start();
  for (let round = 0; round < 4; round += 1) {
    await crowd.acknowledgements(150);
    const before = crowd.clients.map(({ line }) => line.losses);
    server.signal("SIGSTOP");
    const isGivenUp = (): boolean => crowd.clients.every(({ line }, at) => line.losses > (before[at] ?? 0));
    await crowd.ledger.until("everybody has given the server up", isGivenUp);
    server.signal("SIGCONT");
  }
  await crowd.settle();
});

test("readers that stand still while the server is killed miss nothing once they go on", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), PORT: String(await freePort()) };
  const url = `http://127.0.0.1:${env.PORT}`;
  const crowd = new Crowd(t, { server: () => url, writers: 3, readers: 3, padding: ".".repeat(2_000) });
  const first = await spawnServer(t, env);
  crowd.start();
  await crowd.acknowledgements(100);
  for (const reader of crowd.readers) reader.line.freeze();
  await crowd.acknowledgements(500);
  await first.kill("SIGKILL");
  await spawnServer(t, env);
  await crowd.acknowledgements(500);
  for (const reader of crowd.readers) reader.line.thaw();
  await crowd.settle();
});
