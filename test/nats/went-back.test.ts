/** A stream that lost its end, as after a restored copy of NATS' files: what the nodes have is in it again, once. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { LogFile } from "../../src/message-log/log-file.ts";
import type { MessageAct } from "../../src/message-log/message-log.ts";
import { asidePath } from "../../src/nats/mending.ts";
import { deletion, edit, keep, message, react } from "../contract/message-log.ts";
import { eventually, temporaryFolder } from "../message-log/opened-log.ts";
import { connect } from "../support/client.ts";
import { everyMessage } from "../support/events-pages.ts";
import { startNats } from "../support/nats.ts";
import type { NatsServer } from "../support/nats.ts";
import { spawnServer } from "../support/server.ts";
import { fair, TcpProxy } from "../support/tcp-proxy.ts";
import { atEnd, contentOf } from "./contents.ts";
import { openNode } from "./opened-log.ts";
import type { OpenedNode } from "./opened-log.ts";

async function copied(t: TestContext, nats: NatsServer): Promise<() => Promise<void>> {
  const copy = join(temporaryFolder(t), "data");
  const files = join(nats.folder, "data");
  await nats.kill("SIGTERM");
  cpSync(files, copy, { recursive: true });
  await nats.start();
  return async () => {
    await nats.kill("SIGKILL");
    rmSync(files, { recursive: true });
    cpSync(copy, files, { recursive: true });
    await nats.start();
  };
}

/** Another process that reads from the file, as a copy program may, and does not end: what comes now stays in the WAL. */
async function readOn(t: TestContext, path: string): Promise<void> {
  const reading = `
    const db = new (require("node:sqlite").DatabaseSync)(process.argv[1], { readOnly: true });
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM events").get();
    console.log("reading");
    setInterval(() => {}, 1_000);`;
  const reader = spawn(process.execPath, ["-e", reading, path], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => reader.kill("SIGKILL"));
  await once(reader.stdout, "data");
}

function textsOf({ log }: OpenedNode): string[] {
  return log.pageAfter("lobby", 0, 500).events.flatMap((event) => (event.type === "msg" ? [event.msg] : []));
}

test("I2 I5 a stream put back while a node runs: the node appends what is missing, in a new life", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  let lives = 0;
  const node = await openNode(t, nats.url, { onNewLife: () => (lives += 1) });
  const { log } = node;
  const before = await keep(log, message("before the copy"));
  const putBack = await copied(t, nats);
  await eventually(() => log.status.state === "ok");
  const lost = message("after the copy");
  const seq = await keep(log, lost);
  await keep(log, edit(seq, "after the copy, edited"));
  await keep(log, react(before, "👍"));
  const { epoch } = log;
  await putBack();
  await eventually(() => lives === 1 && log.status.state === "ok");
  assert.notEqual(log.epoch, epoch);
  assert.deepEqual(textsOf(node), ["before the copy", "after the copy"]);
  const types = log.pageAfter("lobby", 0, 500).events.map(({ type }) => type);
  assert.deepEqual(types, ["msg", "react", "msg", "edit"]);
  assert.equal(log.knows("lobby", { since: before, epoch }), true, "what both agree on is known still");
  assert.equal(log.knows("lobby", { since: seq, epoch }), false, "what was lost is not");
  const again = await log.append(lost);
  assert.ok(again.kept && again.repeat);
  assert.equal(existsSync(join(node.dataDir, "confab.db.went-back")), false);
  assert.ok(node.lines.includes("log_stream_went_back"));
});

test("I2 I3 nodes that start on a stream put back, with others' messages in it since: all is there once", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const one = await openNode(t, nats.url);
  const two = await openNode(t, nats.url);
  const kept: MessageAct[] = [message("0"), message("1")];
  for (const act of kept) await keep(one.log, act);
  const putBack = await copied(t, nats);
  await eventually(() => [one, two].every(({ log }) => log.status.state === "ok"));
  const lost = [message("2"), message("3"), message("4")];
  for (const act of lost) await keep(two.log, act);
  await keep(two.log, deletion(await keep(one.log, message("deleted"))));
  await eventually(() => one.log.head === two.log.head);
  for (const { log, link } of [one, two]) {
    await log.close();
    await link.close();
  }
  await putBack();
  const other = await openNode(t, nats.url);
  for (let at = 0; at < 20; at += 1) await keep(other.log, message(`since ${at}`));
  const [first, second] = [await one.reopen(), await two.reopen()];
  await eventually(() => first.log.head === second.log.head && second.log.head === other.log.head);
  const expected = [...kept, ...lost].map(({ msg }) => msg);
  for (const node of [first, second, other]) {
    const texts = textsOf(node).filter((text) => text !== "");
    assert.deepEqual(new Set(texts.filter((text) => !text.startsWith("since"))), new Set(expected));
    assert.equal(new Set(texts).size, texts.length);
    assert.equal(texts.length, expected.length + 20);
    assert.deepEqual(node.log.eventsAfter("lobby", 0, 500), other.log.eventsAfter("lobby", 0, 500));
  }
});

test("I2 what another reader kept out of a node's file is brought back with the rest of it", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const node = await openNode(t, nats.url);
  await keep(node.log, message("before the copy"));
  const putBack = await copied(t, nats);
  await eventually(() => node.log.status.state === "ok");
  await readOn(t, join(node.dataDir, "confab.db"));
  await keep(node.log, message("after the copy"));
  await node.log.close();
  await putBack();
  const again = await node.reopen();
  assert.deepEqual(textsOf(again), ["before the copy", "after the copy"]);
  const left = readdirSync(node.dataDir).filter((name) => name.includes("went-back"));
  assert.deepEqual(left, []);
});

test("I2 a node killed while it put its file aside has it whole when it starts again", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [dataDir, used] = [temporaryFolder(t), join(temporaryFolder(t), "confab.db")];
  const path = join(dataDir, "confab.db");
  const file = new LogFile(used, "normal");
  file.begin(undefined);
  file.keep([{ act: message("in the WAL alone"), at: 1 }]);
  cpSync(used, asidePath(path));
  cpSync(`${used}-wal`, `${path}-wal`);
  file.close();
  const node = await openNode(t, nats.url, { dataDir });
  assert.deepEqual(textsOf(node), ["in the WAL alone"]);
});

test("I2 I4 nodes that run while a stream put back goes on past them: each notices, and all is there once, in one order", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  await keep(nodes[0].log, message("before"));
  const putBack = await copied(t, nats);
  await eventually(() => nodes.every(({ log }) => log.status.state === "ok"));
  const lost = ["lost 1", "lost 2", "lost 3"];
  for (const text of lost) await keep(nodes[1].log, message(text));
  await atEnd(nodes);
  await putBack();
  const other = await openNode(t, nats.url);
  const since = Array.from({ length: 20 }, (_, at) => `since ${at}`);
  for (const text of since) await keep(other.log, message(text));
  const expected = ["before", ...lost, ...since].toSorted();
  const isWhole = (node: OpenedNode): boolean => {
    const { state } = node.log.status;
    return state === "ok" && JSON.stringify(textsOf(node).toSorted()) === JSON.stringify(expected);
  };
  await eventually(() => [...nodes, other].every(isWhole));
  // The last life may still be on its way to one of them.
  await eventually(() => nodes.every((node) => isDeepStrictEqual(contentOf(node), contentOf(other))));
});

test("I2 I3 a node killed in the middle of mending goes on with it when it starts again", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const proxy = await TcpProxy.open(
    t,
    () => nats.port,
    () => fair,
  );
  const NATS_URL = proxy.url.replace("http", "nats");
  const env = { NATS_URL, SECRET: "s".repeat(32), DATA_DIR: temporaryFolder(t) };
  const aside = join(env.DATA_DIR, "confab.db.went-back");
  const node = await spawnServer(t, env);
  const ann = await connect(node.socket());
  const say = async (count: number): Promise<string[]> => {
    const before = ann.all("ack").length;
    const refs = Array.from({ length: count }, (_, at) => `r${before + at}`);
    for (const ref of refs) ann.send({ action: "message", ref, message: ref });
    await eventually(() => ann.all("ack").length === before + count);
    return refs;
  };
  const kept = await say(1);
  const putBack = await copied(t, nats);
  await eventually(async () => (await fetch(`${node.url}/health/ready`)).ok);
  const lost = await say(200);
  // Enough to find out and begin, and not for all of it, however fast the node is and slow this test.
  proxy.weather = () => ({ bytes: 70_000, end: "silence" });
  await putBack();
  const lastOf = async (): Promise<number> => {
    return (await nats.streams()).find(({ name }) => name === "confab-log")?.state?.last_seq ?? 0;
  };
  await eventually(async () => (await lastOf()) > 20);
  await node.kill("SIGKILL");
  assert.ok((await lastOf()) < lost.length);
  assert.ok(existsSync(aside), "what only this node had is kept for the next start");
  proxy.weather = () => fair;
  const again = await spawnServer(t, env);
  const messages = await everyMessage(again.url, "lobby");
  assert.deepEqual(
    messages.map(({ msg }) => msg),
    [...kept, ...lost],
  );
  assert.equal(existsSync(aside), false);
});
