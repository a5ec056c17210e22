/** `npm run backup` as an operator runs it: on a server full of people, and put back in another's place. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connect, newKey } from "./support/client.ts";
import { Crowd } from "./support/crowd.ts";
import { everyMessage } from "./support/events-pages.ts";
import { freePort } from "./support/free-port.ts";
import { spawnServer, temporaryFolder, type Env } from "./support/server.ts";

const program = join(import.meta.dirname, "..", "src", "backup.ts");

async function backUp(env: Env, ...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env["PATH"], ...env } });
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, said: said + complaint };
}

/** As README says to. */
function putBack(backup: string, dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir);
  copyFileSync(backup, join(dataDir, "confab.db"));
  copyFileSync(`${backup}.secret`, join(dataDir, "secret"));
}

test("I2 a backup of a busy server, put back, has all that was kept before it, and everybody goes on from it", async (t) => {
  const folder = temporaryFolder(t);
  const [dataDir, file] = [join(folder, "data"), join(folder, "backup.db")];
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  const server = await spawnServer(t, env);
  const ana = await connect(server.socket("quiet"), { key: "k".repeat(32), name: "Ana" });
  ana.send({ action: "message", ref: "before", message: "said before the backup" });
  await ana.until("ack");
  // A line that is given up while its client fetches what is left comes back to a second reset: none is for slowness.
  const crowd = new Crowd(t, { server: () => server.url, writers: 3, readers: 3, silenceMs: 20_000 });
  crowd.start();
  await crowd.acknowledgements(300);

  const { code, said } = await backUp(env, file);
  assert.equal(code, 0, said);
  await crowd.acknowledgements(300);
  await server.kill("SIGKILL");
  putBack(file, dataDir);
  const restored = await spawnServer(t, env);
  const kept = await everyMessage(restored.url, "lobby");
  assert.ok(kept.length >= 300, `${kept.length} of the crowd's first 300`);
  crowd.ledger.takeBack(new Set(kept.map(({ ref }) => ref)));
  await crowd.acknowledgements(300);
  await crowd.settle();
  assert.ok(crowd.clients.every(({ resets }) => resets === 1));

  const back = await connect(restored.socket("quiet"), { key: "k".repeat(32), since: 0 });
  assert.equal(back.welcome.uid, ana.welcome.uid);
  assert.equal((await back.until("msg")).msg, "said before the backup");
  let found = await fetch(`${restored.url}/r/quiet/search?q=said`);
  // On a busy machine a search may be told to come again.
  while (found.status === 503) found = await fetch(`${restored.url}/r/quiet/search?q=said`);
  const { hits } = (await found.json()) as { hits: unknown[] };
  assert.equal(hits.length, 1);
});

test("a backup is made while no server runs, is one file for its owner's eyes, with the secret beside it", async (t) => {
  const folder = temporaryFolder(t);
  const server = await spawnServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send({ action: "message", ref: "r1", message: "hello" });
  await ana.until("ack");
  await server.kill("SIGKILL");
  const { code, said } = await backUp({ DATA_DIR: server.dataDir }, join(folder, "b.db"));
  assert.equal(code, 0, said);
  assert.match(said, /^Backed up 1 messages to /);
  assert.deepEqual(readdirSync(folder).toSorted(), ["b.db", "b.db.secret"]);
  for (const name of readdirSync(folder))
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});

test("a configured SECRET is not in the backup, and the operator is told so", async (t) => {
  const folder = temporaryFolder(t);
  const env = { SECRET: "of the operator, and long enough" };
  const server = await spawnServer(t, env);
  const { said } = await backUp({ ...env, DATA_DIR: server.dataDir }, join(folder, "b.db"));
  assert.match(said, /SECRET of your configuration is not in it/);
  assert.deepEqual(readdirSync(folder), ["b.db"]);
});

test("nothing is overwritten, nothing half made is left, and each refusal says why", async (t) => {
  const folder = temporaryFolder(t);
  const server = await spawnServer(t);
  const env = { DATA_DIR: server.dataDir };
  const file = join(folder, "b.db");
  writeFileSync(file, "precious");
  const taken = await backUp(env, file);
  assert.deepEqual([taken.code, taken.said.includes("there already")], [1, true], taken.said);
  assert.equal(statSync(file).size, "precious".length);
  writeFileSync(join(folder, "c.db.secret"), "precious");
  assert.equal((await backUp(env, join(folder, "c.db"))).code, 1);
  assert.equal(existsSync(join(folder, "c.db")), false);
  assert.equal((await backUp(env, join(folder, "no", "such", "folder.db"))).code, 1);
  assert.match((await backUp({ DATA_DIR: folder }, join(folder, "d.db"))).said, /nothing was kept here yet/);
  assert.equal((await backUp(env)).code, 2);
  assert.equal((await backUp({ ...env, PORT: "http" }, join(folder, "e.db"))).code, 2);
  assert.deepEqual(readdirSync(folder).toSorted(), ["b.db", "c.db.secret"]);
});
