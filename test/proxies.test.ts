/** Behind nginx, HAProxy and Caddy, each really run with what README gives for it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect, connectPlain, newKey, TestClient } from "./support/client.ts";
import { Crowd } from "./support/crowd.ts";
import { freePort } from "./support/free-port.ts";
import { requireProgram } from "./support/programs.ts";
import { proxyNames, startProxy, type ProxyName, type ProxyOptions } from "./support/proxies.ts";
import { changed, snippet } from "./support/readme.ts";
import { spawnServer, startServer, temporaryFolder, type Env, type TestServer } from "./support/server.ts";

const socketAt = (url: string, room: string): string => `${url.replace(/^http/, "ws")}/r/${room}`;
const portOf = ({ url }: TestServer): number => Number(new URL(url).port);

interface Behind {
  readonly url: string;
  readonly servers: readonly TestServer[];
}

async function behind(
  t: TestContext,
  proxy: ProxyName,
  envs: readonly Env[],
  options: Omit<ProxyOptions, "backends"> = {},
): Promise<Behind | undefined> {
  const servers: TestServer[] = [];
  for (const env of envs) servers.push(await startServer(t, { TRUST_PROXY: "1", ...env }));
  const url = await startProxy(t, proxy, { backends: servers.map(portOf), ...options });
  return url === undefined ? undefined : { url, servers };
}

/** The status an upgrade is refused with. */
async function refusedWith(client: TestClient): Promise<number> {
  const [, response] = (await once(client.websocket, "unexpected-response")) as [
    unknown,
    { statusCode: number },
  ];
  client.websocket.on("error", () => undefined).terminate();
  return response.statusCode;
}

for (const proxy of proxyNames) {
  test(`${proxy}: the page, its history and its socket come through`, async (t) => {
    const there = await behind(t, proxy, [{}]);
    if (there === undefined) return;
    const ana = await connect(socketAt(there.url, "a"), { key: newKey() });
    ana.send({ action: "message", ref: "r", message: "hello" });
    await ana.until("ack");
    const events = await fetch(`${there.url}/r/a/events`);
    assert.match(await events.text(), /"hello"/);
    const page = await fetch(`${there.url}/r/a`);
    const { host } = new URL(there.url);
    assert(page.headers.get("content-security-policy")?.includes(`ws://${host}`), "the CSP names the host");
  });

  test(`${proxy}: a page of the same origin may connect, another may not (I9)`, async (t) => {
    const there = await behind(t, proxy, [{}]);
    if (there === undefined) return;
    const url = socketAt(there.url, "a");
    await connectPlain(url, { origin: new URL(there.url).origin });
    assert.equal(await refusedWith(new TestClient(url, undefined, { origin: "https://evil.example" })), 403);
  });

  test(`${proxy}: limits count the client's own address, whatever it claims`, async (t) => {
    const there = await behind(t, proxy, [{ MAX_CONNECTIONS_PER_IP: "1" }]);
    if (there === undefined) return;
    const url = socketAt(there.url, "a");
    const headers = { "X-Forwarded-For": "203.0.113.9" };
    await connectPlain(url, { headers });
    const other = { "X-Forwarded-For": "203.0.113.10" };
    assert.equal(await refusedWith(new TestClient(url, undefined, { headers: other })), 429);
    await connectPlain(url, { headers, localAddress: "127.0.0.2" });
  });

  test(`${proxy}: a sub-path works with nothing configured`, async (t) => {
    const there = await behind(t, proxy, [{}], { isUnderSubPath: true });
    if (there === undefined) return;
    assert.match(there.url, /\/chat$/);
    const page = await fetch(`${there.url}/r/a`);
    const script = /src="([^"]+\.js)"/.exec(await page.text())?.[1] ?? "";
    assert.equal((await fetch(new URL(script, `${there.url}/r/a`))).status, 200);
    assert.equal(new URL((await fetch(`${there.url}/r/lobby`)).url).pathname, "/chat/");
    const ana = await connect(socketAt(there.url, "a"), { key: newKey() });
    ana.send({ action: "message", ref: "r", message: "hello" });
    await ana.until("ack");
  });

  test(`${proxy}: with two nodes, all who are in a room are on one`, async (t) => {
    const there = await behind(t, proxy, [{}, {}]);
    if (there === undefined) return;
    for (let room = 0; room < 16; room += 1) {
      const url = socketAt(there.url, `room${room}`);
      const first = await connectPlain(url);
      await connectPlain(url);
      await first.until("users", ({ count }) => count === 2);
    }
    const counts = there.servers.map(async (server) => {
      const health = (await (await fetch(`${server.url}/health`)).json()) as { connections: number };
      return health.connections;
    });
    const [one = 0, other = 0] = await Promise.all(counts);
    assert.equal(one + other, 32);
    assert(one > 0 && other > 0, `${one} and ${other}`);
  });
}

// Caddy cuts nothing that is quiet.
for (const proxy of ["nginx", "haproxy"] as const) {
  test(`${proxy}: a quiet client outlives the time after which the proxy cuts quiet connections`, async (t) => {
    const there = await behind(t, proxy, [{ PING_INTERVAL_MS: "1000" }], { idleCutSeconds: 3 });
    if (there === undefined) return;
    const quiet = await connectPlain(socketAt(there.url, "a"));
    // Longer than it takes to be cut, though a ping may be late by more than its interval.
    for (let pings = 0; pings < 5; pings += 1) await once(quiet.websocket, "ping");
    const ana = await connectPlain(socketAt(there.url, "a"));
    ana.send({ action: "message", message: "still there?" });
    await quiet.until("msg");
  });
}

test("haproxy: one process takes over from another under load, and nobody loses a word", async (t) => {
  const env: Env = {
    DATA_DIR: temporaryFolder(t),
    TRUST_PROXY: "1",
    DRAIN_DELAY_MS: "1000", // Two of its checks.
  };
  const ports = [await freePort(), await freePort()] as const;
  let server = await spawnServer(t, { ...env, PORT: `${ports[0]}` });
  const url = await startProxy(t, "haproxy", { backends: ports });
  if (url === undefined) return;
  const crowd = new Crowd(t, { server: () => server.url, through: () => url, writers: 4, readers: 4 });
  crowd.start();
  for (const port of [ports[1], ports[0]]) {
    await crowd.acknowledgements(200);
    const next = spawnServer(t, { ...env, PORT: `${port}` });
    assert.equal((await server.kill("SIGTERM")).code, 0, "drained");
    server = await next;
  }
  const kept = await crowd.settle();
  console.log(`${kept.length} messages over 2 changes of process behind HAProxy`);
});

test("systemd takes the unit that README gives", (t) => {
  const program = requireProgram(t, "systemd-analyze");
  if (program === undefined) return;
  const folder = temporaryFolder(t);
  // Its files have to be there.
  const bin = join(folder, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, "node"));
  const file = join(folder, "confab.service");
  writeFileSync(file, changed(snippet("ini"), { "/opt/confab": folder }));
  const { status, stderr } = spawnSync(program, ["verify", "--man=no", file], { encoding: "utf8" });
  const ours = stderr.split("\n").filter((line) => line.includes(dirname(file)) || line.includes("confab"));
  assert.deepEqual(ours, []);
  assert.equal(status, 0, stderr);
  // Of ten, as systemd counts what a service could do: what it calls exposed begins at 6, ok ends at 4.5.
  const exposure = ["security", "--offline=yes", "--no-pager", "--threshold=20", file];
  assert.equal(spawnSync(program, exposure).status, 0, "its exposure is at most 2.0");
});
