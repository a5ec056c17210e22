/** An older copy of the data is put back while clients are further: they are told, and go on from what there is. */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect, newKey } from "../support/client.ts";
import { Crowd } from "../support/crowd.ts";
import { everyMessage } from "../support/events-pages.ts";
import { freePort } from "../support/free-port.ts";
import { spawnServer, temporaryFolder } from "../support/server.ts";

test("after an older backup was restored everybody starts over from it, and resends are still known", async (t) => {
  const folder = temporaryFolder(t);
  const [dataDir, backup] = [join(folder, "data"), join(folder, "backup")];
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  const server = await spawnServer(t, env);
  // A line that is given up while its client fetches what is left comes back to a second reset: none is for slowness.
  const crowd = new Crowd(t, { server: () => server.url, writers: 3, readers: 3, silenceMs: 20_000 });
  crowd.start();
  await crowd.acknowledgements(300);
  // In the middle of the log's life: its epoch is known afterwards, and ends before where the clients are.
  server.signal("SIGSTOP");
  cpSync(dataDir, backup, { recursive: true });
  server.signal("SIGCONT");
  await crowd.acknowledgements(300);
  await server.kill("SIGKILL");
  rmSync(dataDir, { recursive: true });
  cpSync(backup, dataDir, { recursive: true });
  const restored = await spawnServer(t, env);
  crowd.ledger.takeBack(new Set((await everyMessage(restored.url, "lobby")).map(({ ref }) => ref)));
  await crowd.acknowledgements(300);
  await crowd.settle();
  assert(crowd.clients.every(({ resets }) => resets === 1));
});

test("what was sent before the backup and not acknowledged is recognised in it", async (t) => {
  const folder = temporaryFolder(t);
  const [dataDir, backup] = [join(folder, "data"), join(folder, "backup")];
  const key = newKey();
  const first = await spawnServer(t, { DATA_DIR: dataDir });
  const ana = await connect(first.socket(), { key });
  ana.send({ action: "message", ref: "r1", message: "said once" });
  const { seq } = await ana.until("ack");
  await first.stop();
  cpSync(dataDir, backup, { recursive: true });
  const second = await spawnServer(t, { DATA_DIR: backup });
  const back = await connect(second.socket(), { key, since: 0 });
  back.send({ action: "message", ref: "r1", message: "said once" });
  assert.equal((await back.until("ack")).seq, seq);
  assert.equal((await everyMessage(second.url, "lobby")).length, 1);
});
