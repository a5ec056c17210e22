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
