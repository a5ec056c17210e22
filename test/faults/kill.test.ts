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

for (const happens of ["the server goes on", "the server is killed"]) {
  test(`I6 readers that stand still for 14 MB while ${happens} miss nothing once they read again`, async (t) => {
    const port = String(await freePort());
    const env = { DATA_DIR: temporaryFolder(t), PORT: port, MAX_MESSAGE_CHARS: "16000" };
    // More than the kernel's buffers on loopback take, so that the server has to hold back.
    const options = { writers: 2, readers: 3, padding: ".".repeat(15_000), silenceMs: 10_000 };
    const crowd = new Crowd(t, { server: () => `http://127.0.0.1:${port}`, ...options });
    const first = await spawnServer(t, env);
    crowd.start();
    await crowd.acknowledgements(50);
    for (const reader of crowd.readers) reader.line.freeze();
    await crowd.acknowledgements(950);
    if (happens === "the server is killed") {
      await first.kill("SIGKILL");
      await spawnServer(t, env);
    }
    for (const reader of crowd.readers) reader.line.thaw();
    await crowd.acknowledgements(100);
    await crowd.settle();
  });
}
