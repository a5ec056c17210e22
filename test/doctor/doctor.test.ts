/** `npm run doctor` as an operator runs it, on what is well and on what is not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { connect, newKey } from "../support/client.ts";
import { freePort } from "../support/free-port.ts";
import { startProxy } from "../support/proxies.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";
import { spawnServer, startServer, temporaryFolder, type Env } from "../support/server.ts";

const program = join(import.meta.dirname, "..", "..", "src", "doctor.ts");

interface Examined {
  readonly code: number | null;
  readonly said: string;
}

async function examine(
  t: TestContext,
  env: Env,
  options: { args?: readonly string[]; envFile?: string; openFiles?: number } = {},
): Promise<Examined> {
  const cwd = temporaryFolder(t);
  if (options.envFile !== undefined) writeFileSync(join(cwd, ".env"), options.envFile, { mode: 0o644 });
  const defaults = { PATH: process.env["PATH"], PORT: "0", MAX_CONNECTIONS: "100" };
  const limit = options.openFiles === undefined ? "" : `ulimit -n ${options.openFiles} && `;
  const doctor = [process.execPath, program, ...(options.args ?? [])];
  const child = spawn("sh", ["-c", `${limit}exec "$0" "$@"`, ...doctor], {
    cwd,
    env: { ...defaults, ...env },
  });
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, said: said + complaint };
}

async function dataWithMessages(t: TestContext): Promise<string> {
  const server = await spawnServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  for (const ref of ["r1", "r2"]) {
    ana.send({ action: "message", ref, message: "hello ".repeat(200) });
    await ana.until("ack");
  }
  await server.stop();
  return server.dataDir;
}

test("on a running server all is well, and nobody in it notices", async (t) => {
  const port = await freePort();
  const server = await spawnServer(t, { PORT: String(port) });
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send({ action: "message", ref: "r1", message: "hello" });
  await ana.until("ack");
  const env = { PORT: String(port), DATA_DIR: server.dataDir };
  const { code, said } = await examine(t, env, { args: [server.url] });
  assert.equal(code, 0, said);
  assert.match(said, /the server runs at http:\/\/127\.0\.0\.1:\d+, with 1 connections/);
  assert.match(said, /the log is whole: 1 messages in 1 rooms/);
  assert.match(said, /a sync takes \d+\.\d\d ms/);
  assert.match(said, /a WebSocket from .* opens, and frames pass both ways/);
  ana.send({ action: "message", ref: "r2", message: "still here" });
  await ana.until("ack");
  const coming = ana
    .all("presence")
    .filter(({ joined }) => joined.some(({ uid }) => uid !== ana.welcome.uid));
  assert.deepEqual(coming, []);
});

test("it works as well while no server runs, and before the first start", async (t) => {
  const dataDir = await dataWithMessages(t);
  const stopped = await examine(t, { DATA_DIR: dataDir, PORT: String(await freePort()) });
  assert.equal(stopped.code, 0, stopped.said);
  assert.match(stopped.said, /no server runs at/);
  assert.match(stopped.said, /the log is whole: 2 messages/);
  const fresh = await examine(t, { DATA_DIR: join(temporaryFolder(t), "none") });
  assert.equal(fresh.code, 0, fresh.said);
});

test("each mistake of the configuration is told with what to do, and no secret's value", async (t) => {
  const envFile = "POST_TOKEN=hunter2\nPROT=80\n";
  const { code, said } = await examine(
    t,
    { PING_INTERVAL_MS: "1", DATA_DIR: temporaryFolder(t) },
    { envFile },
  );
  assert.equal(code, 1);
  assert.match(said, /WRONG +PING_INTERVAL_MS is "1" but must be/);
  assert.match(said, /WARNING +\.env sets PROT, which is no variable of Confab/);
  assert.match(said, /WARNING +\.env holds POST_TOKEN and others on this machine may read it\n +→ chmod 600/);
  assert.match(said, /WARNING +POST_TOKEN has less than 32 characters/);
  assert.ok(!said.includes("hunter2"));
});

test("a damaged log is told, and left as it is", async (t) => {
  const dataDir = await dataWithMessages(t);
  const file = join(dataDir, "confab.db");
  const bytes = readFileSync(file);
  // In the middle of the pages that hold the messages.
  bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 6_000);
  writeFileSync(file, bytes);
  const { code, said } = await examine(t, { DATA_DIR: dataDir });
  assert.equal(code, 1, said);
  assert.match(said, /WRONG +the log is damaged: .*\n +→ .*backup/);
  assert.deepEqual(readFileSync(file), bytes);
});

test("another program's database, a secret that is another's or gone, and a secret for all to read are told", async (t) => {
  const dataDir = await dataWithMessages(t);
  assert.match(
    (await examine(t, { DATA_DIR: dataDir, SECRET: "s".repeat(40) })).said,
    /WRONG +SECRET is not the one/,
  );
  chmodSync(join(dataDir, "secret"), 0o644);
  assert.match(
    (await examine(t, { DATA_DIR: dataDir })).said,
    /WARNING +others .* may read the server's secret\n +→ chmod 600/,
  );
  rmSync(join(dataDir, "secret"));
  assert.match((await examine(t, { DATA_DIR: dataDir })).said, /WRONG +SECRET is not set, but/);
  copyFileSync(join(dataDir, "lock.db"), join(dataDir, "confab.db"));
  assert.match(
    (await examine(t, { DATA_DIR: dataDir })).said,
    /WRONG +(?:confab\.db is another program's|the log is damaged)/,
  );
});

test("fewer open files than connections are told, with the number that is needed", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), MAX_CONNECTIONS: "1000" };
  const { code, said } = await examine(t, env, { openFiles: 1_000 });
  assert.equal(code, 0, said);
  assert.match(
    said,
    /WARNING +1000 open files .* MAX_CONNECTIONS \(1000\) needs 1200\n +→ .*LimitNOFILE=1200/,
  );
  assert.match((await examine(t, env, { openFiles: 1_200 })).said, /ok +1,200 open files are allowed/);
});

test("a folder that cannot be written is told", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  // Root may write anywhere, but not into a file.
  if (process.getuid?.() === 0) writeFileSync(dataDir, "");
  else mkdirSync(dataDir, { mode: 0o500 });
  const { code, said } = await examine(t, { DATA_DIR: dataDir });
  assert.equal(code, 1);
  assert.match(said, /WRONG +DATA_DIR .* cannot be written/);
});

test("before the first start it tells whether DATA_DIR could be made, and leaves nothing behind", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "file"), "");
  const well = await examine(t, { DATA_DIR: join(folder, "a", "b") });
  assert.equal(well.code, 0, well.said);
  assert.match(well.said, /ok +DATA_DIR .* is not there yet: the first start makes it/);
  const { code, said } = await examine(t, { DATA_DIR: join(folder, "file", "data") });
  assert.equal(code, 1, said);
  assert.match(said, /WRONG +DATA_DIR .* cannot be made: .*\n +→ .*choose another DATA_DIR/);
  assert.deepEqual(readdirSync(folder), ["file"]);
});

test("a full disk is told as one, and not as a damaged log", async (t) => {
  const dataDir = smallDisk(t, "4m");
  if (dataDir === undefined) return;
  cpSync(await dataWithMessages(t), dataDir, { recursive: true });
  fillDisk(join(dataDir, "filler"));
  const { code, said } = await examine(t, { DATA_DIR: dataDir });
  assert.equal(code, 1, said);
  assert.match(said, /WRONG +the disk of DATA_DIR is full: .*\n +→ make room/);
  assert.doesNotMatch(said, /damaged/);
});

test("nginx without README's lines for the upgrade is told with those it lacks", async (t) => {
  const server = await startServer(t, { TRUST_PROXY: "1" });
  const backends = [Number(new URL(server.url).port)];
  const url = await startProxy(t, "nginx", { backends, isWithoutUpgrade: true });
  if (url === undefined) return;
  const { code, said } = await examine(t, { DATA_DIR: server.dataDir, TRUST_PROXY: "1" }, { args: [url] });
  assert.equal(code, 1, said);
  assert.match(said, /WRONG +the upgrade answers 200 instead of 101\n +→ .*proxy_set_header Upgrade/);
});

/** A proxy that forgets something, in front of a server. */
async function proxyThat(t: TestContext, target: string, forgets: "upgrade" | "host"): Promise<string> {
  const { hostname, port } = new URL(target);
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers };
    if (forgets === "host") headers.host = "inside:9876";
    // As every proxy does that was not told otherwise: these are for the next hop alone.
    delete headers.upgrade;
    delete headers.connection;
    const onward = httpRequest({ hostname, port, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  if (forgets === "host") {
    proxy.on("upgrade", (incoming, socket) => {
      const headers = { ...incoming.headers, host: "inside:9876" };
      const onward = httpRequest({ hostname, port, path: incoming.url, headers });
      onward.on("response", (answer) => {
        socket.write(
          `HTTP/1.1 ${answer.statusCode} Refused\r\nContent-Length: ${answer.headers["content-length"]}\r\n\r\n`,
        );
        answer.pipe(socket);
      });
      onward.end();
    });
  }
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`;
}

test("a proxy that lets no upgrade through, or changes the Host, is told with the lines it lacks", async (t) => {
  const server = await startServer(t);
  const env = { DATA_DIR: server.dataDir };
  const mute = await examine(t, env, { args: [await proxyThat(t, server.url, "upgrade")] });
  assert.equal(mute.code, 1, mute.said);
  assert.match(mute.said, /WRONG +the upgrade answers 200 instead of 101\n +→ .*proxy_set_header Upgrade/);
  const renaming = await examine(t, env, { args: [await proxyThat(t, server.url, "host")] });
  assert.equal(renaming.code, 1, renaming.said);
  assert.match(renaming.said, /believes to be asked for as inside:9876.*\n +→ .*proxy_set_header Host/);
  assert.match(renaming.said, /WRONG +the upgrade is refused: origin .* is not allowed/);
});

test("an address where no chat answers, or that is none, is told", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const dead = await examine(t, env, { args: [`http://127.0.0.1:${await freePort()}`] });
  assert.match(dead.said, /WRONG +http:\/\/127.*health does not answer: .*ECONNREFUSED/);
  const server = await startServer(t);
  const elsewhere = await examine(t, env, { args: [`${server.url}/chat/`] });
  assert.match(elsewhere.said, /answered 404, and nothing of Confab's/);
  for (const args of [["chat.example.com"], ["http://a", "http://b"]])
    assert.equal((await examine(t, env, { args })).code, 2);
});
