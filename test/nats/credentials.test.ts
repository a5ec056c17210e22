/** Real nats-servers that want to know who comes: what an operator sets lets a node in, and anything else is told clearly. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { StartError } from "../../src/message-log/message-log.ts";
import { connectToNats } from "../../src/nats/connection.ts";
import type { NatsOptions } from "../../src/nats/connection.ts";
import { keep, message } from "../contract/message-log.ts";
import { temporaryFolder } from "../message-log/opened-log.ts";
import { makeCertificates, makeOperator } from "../support/authority.ts";
import { connect } from "../support/client.ts";
import { startNats } from "../support/nats.ts";
import { requireProgram } from "../support/programs.ts";
import { startServer } from "../support/server.ts";
import { openNode } from "./opened-log.ts";

type Credentials = Omit<NatsOptions, "servers" | "prefix">;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function refuses(url: string, credentials: Credentials, why: RegExp): Promise<void> {
  const connecting = connectToNats({ servers: [url], prefix: "confab", ...credentials }, silent);
  await assert.rejects(connecting, (error) => error instanceof StartError && why.test(error.message));
}

/** What the operator is told by a node that waits. */
async function saidWhileWaiting(url: string, credentials: Credentials): Promise<string> {
  const ending = new AbortController();
  const said: string[] = [];
  const warn = (fields: object): void => {
    said.push(JSON.stringify(fields));
    ending.abort();
  };
  const options = { servers: [url], prefix: "confab", ...credentials };
  await assert.rejects(connectToNats(options, { ...silent, warn }, { signal: ending.signal }));
  return said.join("\n");
}

test("a user and a password, or a token, let a node in; wrong ones are refused in a line", async (t) => {
  const users = 'authorization { users: [ { user: "confab", password: "right" } ] }';
  const byUser = await startNats(t, { config: users });
  const byToken = await startNats(t, { config: 'authorization { token: "right" }' });
  if (byUser === undefined || byToken === undefined) return;
  const named = await openNode(t, byUser.url, { credentials: { user: "confab", password: "right" } });
  await keep(named.log, message("by name"));
  const { log } = await openNode(t, byToken.url, { credentials: { password: "right" } });
  await keep(log, message("by token"));
  const why = /^NATS refuses this node: .*[Aa]uthorization/;
  await refuses(byUser.url, { user: "confab", password: "wrong" }, why);
  await refuses(byUser.url, {}, why);
  await refuses(byToken.url, { password: "wrong" }, why);
});

test("a file of credentials lets a node in, as operators with accounts give them", async (t) => {
  const [ours, another] = [makeOperator(), makeOperator()];
  const nats = await startNats(t, { config: ours.config });
  if (nats === undefined) return;
  const folder = temporaryFolder(t);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { log } = await openNode(t, nats.url, { credentials: { creds: file("ours", ours.creds) } });
  await keep(log, message("by credentials"));
  await refuses(
    nats.url,
    { creds: file("another", another.creds) },
    /^NATS refuses this node: .*[Aa]uthorization/,
  );
  await refuses(nats.url, { creds: join(folder, "absent") }, /^NATS_CREDS cannot be read: .*absent/);
});

test("with an authority NATS is spoken to by TLS only, and one that another signed is refused in a line", async (t) => {
  const made = await startTls(t);
  if (made === undefined) return;
  const { url, ca, anotherCa, plain } = made;
  const node = await openNode(t, url, { credentials: { tlsCa: ca } });
  assert.equal(node.link.connection.info?.tls_required, true);
  await keep(node.log, message("by TLS"));
  const untrusted = /^this node does not trust the certificate of NATS: .*NATS_TLS_CA/;
  await refuses(url, { tlsCa: anotherCa }, untrusted);
  await refuses(url, {}, untrusted);
  await refuses(url.replace("nats:", "tls:"), {}, untrusted);
  await refuses(url, { tlsCa: `${ca}.absent` }, /^NATS_TLS_CA cannot be read: .*absent/);
  const byName = url.replace("127.0.0.1", "localhost");
  await refuses(
    byName,
    { tlsCa: ca },
    /^this node does not trust .*does not match certificate.*the names in NATS_URL/,
  );
  assert.match(await saidWhileWaiting(plain, { tlsCa: ca }), /does not support 'tls'/);
});

test("two chats on one NATS hear nothing of each other, whatever their rooms and people are called", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const env = { NATS_URL: nats.url, SECRET: "s".repeat(32) };
  const [one, two] = [
    await startServer(t, { ...env, NATS_PREFIX: "one" }),
    await startServer(t, { ...env, NATS_PREFIX: "two", SECRET: "t".repeat(32) }),
  ];
  const [ann, bob] = [await connect(one.socket()), await connect(two.socket())];
  assert.deepEqual([ann.welcome.count, bob.welcome.count], [1, 1]);
  ann.send({ action: "message", ref: "same", message: "of one" });
  bob.send({ action: "message", ref: "same", message: "of two" });
  const told = [await ann.until("msg"), await bob.until("msg")];
  assert.deepEqual(
    told.map(({ msg }) => msg),
    ["of one", "of two"],
  );
  assert.deepEqual([ann.all("msg").length, bob.all("msg").length], [1, 1]);
});

interface Secured {
  readonly url: string;
  readonly ca: string;
  readonly anotherCa: string;
  /** Of a server that speaks no TLS. */
  readonly plain: string;
}

async function startTls(t: TestContext): Promise<Secured | undefined> {
  const openssl = requireProgram(t, "openssl");
  if (openssl === undefined) return undefined;
  const folder = temporaryFolder(t);
  const { ca, cert, key } = makeCertificates(openssl, folder, "ours");
  const { ca: anotherCa } = makeCertificates(openssl, folder, "another");
  const nats = await startNats(t, { config: `tls { cert_file: "${cert}", key_file: "${key}" }` });
  const plain = await startNats(t);
  if (nats === undefined || plain === undefined) return undefined;
  return { url: nats.url, ca, anotherCa, plain: plain.url };
}
