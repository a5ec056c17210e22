/** What README shows of several nodes, as it stands there, with this machine's ports, folders and a secret. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { connect } from "../support/client.ts";
import { freePort } from "../support/free-port.ts";
import { requireProgram } from "../support/programs.ts";
import { changed, readme, snippet } from "../support/readme.ts";
import { spawnServer, temporaryFolder, type Env } from "../support/server.ts";

/** The ports README gives to its nats-servers: for clients, and for each other. */
const shown = { clients: [4222, 4223, 4224], routes: [6222, 6223, 6224] } as const;

async function startNats(t: TestContext, binary: string, folder: string, text: string): Promise<void> {
  mkdirSync(folder);
  const file = join(folder, "nats.conf");
  writeFileSync(file, changed(text, { "/var/lib/nats": join(folder, "data") }));
  const child = spawn(binary, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface(child.stderr);
    lines.on("line", (line) => line.includes("Server is ready") && resolve());
    child.on("exit", () => reject(new Error(`nats-server ended with ${file}`)));
  });
}

/** The variables of README's command that starts a node. */
function environmentShown(): Env {
  const [, variables = ""] =
    /^((?:[A-Z_]+=\S+ )+)npm start$/m.exec(readme.split("## Several nodes")[1] ?? "") ?? [];
  const pairs = variables
    .trim()
    .split(" ")
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
  return Object.fromEntries(pairs);
}

test("README's three nats-servers and three nodes are one chat", async (t) => {
  const binary = requireProgram(t, "nats-server");
  if (binary === undefined) return;
  const root = temporaryFolder(t);
  const clients = [await freePort(), await freePort(), await freePort()];
  const routes = [await freePort(), await freePort(), await freePort()];
  const starting = clients.map((port, at) => {
    const others = routes.filter((_, other) => other !== at).map((other) => `"nats://127.0.0.1:${other}"`);
    const text = changed(snippet("nats"), {
      "server_name: n1": `server_name: n${at + 1}`,
      [`:${shown.clients[0]}"`]: `:${port}"`,
      [`"nats://127.0.0.1:${shown.routes[1]}", "nats://127.0.0.1:${shown.routes[2]}"`]: others.join(", "),
      [`:${shown.routes[0]}"`]: `:${routes[at]}"`,
    });
    return startNats(t, binary, join(root, `nats${at}`), text);
  });
  await Promise.all(starting);
  const { NATS_URL = "", ...rest } = environmentShown();
  const urls = shown.clients.map((port, at) => [`:${port}`, `:${clients[at]}`] as const);
  const env = {
    ...rest,
    NATS_URL: changed(NATS_URL, Object.fromEntries(urls)),
    PORT: "0",
    SECRET: "one secret for all nodes, long enough",
  };
  const nodes = await Promise.all(
    ["a", "b", "c"].map((name) => {
      const DATA_DIR = join(root, name);
      mkdirSync(DATA_DIR);
      return spawnServer(t, { ...env, DATA_DIR });
    }),
  );
  const people = await Promise.all(nodes.map((node) => connect(node.socket())));
  for (const [at, person] of people.entries()) {
    person.send({ action: "message", ref: `r${at}`, message: `said at node ${at}` });
    const heard = await Promise.all(people.map((each) => each.until("msg")));
    assert.deepEqual(
      heard.map(({ msg }) => msg),
      people.map(() => `said at node ${at}`),
    );
  }
});
