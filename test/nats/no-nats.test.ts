/** A node that never reached NATS, or that NATS or itself refuses: the operator is told what is wrong. */
import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { connectToNats } from "../../src/nats/connection.ts";
import { eventually, temporaryFolder } from "../message-log/opened-log.ts";
import { makeCertificates } from "../support/authority.ts";
import { freePort } from "../support/free-port.ts";
import { startNats } from "../support/nats.ts";
import { requireProgram } from "../support/programs.ts";
import type { Env } from "../support/server.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The first thing that is told of why NATS is not reached. */
async function toldOf(server: string): Promise<string> {
  const ending = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const onWaiting = (reason: string): void => {
    resolve(reason);
    ending.abort();
  };
  const connecting = { signal: ending.signal, onWaiting };
  await assert.rejects(connectToNats({ servers: [server], prefix: "confab" }, silent, connecting));
  return promise;
}

async function listening(t: TestContext, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("why NATS is not reached is told precisely: nobody listens, no such name, no NATS there", async (t) => {
  assert.match(await toldOf(`nats://127.0.0.1:${await freePort()}`), /refused .*ECONNREFUSED 127\.0\.0\.1/);
  // Where there is no network names are asked for until patience ends.
  assert.match(await toldOf("nats://nobody.invalid:4222"), /nobody\.invalid|timeout/);
  const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  assert.match(await toldOf(await listening(t, other)), /unexpected response/);
});

test("/health of a node that never reached NATS says why", async (t) => {
  const PORT = String(await freePort());
  startNode(t, { PORT, NATS_URL: `nats://127.0.0.1:${await freePort()}` });
  const health = async (): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${PORT}/health`).catch(() => undefined);
    return answer?.status === 503 ? answer.text() : "";
  };
  const precise = /"unavailable","reason":"no NATS server was reached yet: connection refused .*ECONNREFUSED/;
  await eventually(async () => precise.test(await health()));
});

test("a node that NATS refuses, or whose NATS it does not trust, exits with 1 and one line that says which", async (t) => {
  const openssl = requireProgram(t, "openssl");
  const users = await startNats(t, { config: 'authorization { token: "right" }' });
  if (openssl === undefined || users === undefined) return;
  const folder = temporaryFolder(t);
  const [ours, another] = ["ours", "another"].map((name) => makeCertificates(openssl, folder, name));
  assert(ours && another);
  const secured = await startNats(t, {
    config: `tls { cert_file: "${ours.cert}", key_file: "${ours.key}" }`,
  });
  assert(secured);
  const ended = await Promise.all([
    endOf(t, { NATS_URL: users.url, NATS_PASSWORD: "wrong" }),
    endOf(t, { NATS_URL: secured.url, NATS_TLS_CA: another.ca }),
  ]);
  assert.deepEqual(
    ended.map(({ code }) => code),
    [1, 1],
  );
  assert.match(ended[0].said, /^[^\n]*NATS refuses this node: [^\n]*NATS_PASSWORD[^\n]*\n$/);
  assert.match(
    ended[1].said,
    /^[^\n]*this node does not trust the certificate of NATS: [^\n]*NATS_TLS_CA[^\n]*\n$/,
  );
});

function startNode(t: TestContext, env: Env): ChildProcessByStdio<null, Readable, Readable> {
  const common = {
    HOST: "127.0.0.1",
    DATA_DIR: temporaryFolder(t),
    SECRET: "s".repeat(32),
    LOG_LEVEL: "error",
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
    env: { PATH: process.env["PATH"], PORT: "0", ...common, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** How a node that cannot start ends, and what it says. */
async function endOf(t: TestContext, env: Env): Promise<{ code: number | null; said: string }> {
  const child = startNode(t, env);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, said: (await output).join("") };
}
