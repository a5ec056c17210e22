/** `npm run import` as an operator runs it: the chat of one server's file, moved into the stream of several nodes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { MessageLog } from "../../src/message-log/message-log.ts";
import { deletion, edit, keep, message, react } from "../contract/message-log.ts";
import { eventually, openLog, temporaryFolder } from "../message-log/opened-log.ts";
import type { OpenedLog } from "../message-log/opened-log.ts";
import { connect, newKey } from "../support/client.ts";
import { startNats } from "../support/nats.ts";
import type { NatsServer } from "../support/nats.ts";
import { spawnServer, startServer } from "../support/server.ts";
import { TcpProxy, type Weather } from "../support/tcp-proxy.ts";
import { openNode } from "./opened-log.ts";

const program = join(import.meta.dirname, "../../src/import.ts");
const secret = "s".repeat(32);
const dayMs = 86_400_000;

function importing(dataDir: string, url: string, env: Record<string, string> = {}): ChildProcess {
  const asked = { PATH: process.env["PATH"], DATA_DIR: dataDir, NATS_URL: url, SECRET: secret, ...env };
  return spawn(process.execPath, [program], { env: asked, cwd: import.meta.dirname });
}

async function run(...asked: Parameters<typeof importing>): Promise<{ code: number | null; said: string }> {
  const child = importing(...asked);
  if (child.stdout === null || child.stderr === null) throw new Error("it has no output");
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, said: said + complaint };
}

/** Something of every kind, and a room of which retention took all but the newest. */
async function chatOfEveryKind(t: TestContext): Promise<OpenedLog> {
  const before = await openLog(t, { now: () => Date.now() - 20 * dayMs });
  for (let at = 0; at < 5; at += 1) await keep(before.log, message(`old ${at}`, { room: "old" }));
  const opened = await before.reopen({ now: Date.now, maxRoomMessages: 2 });
  const { log } = opened;
  await eventually(() => log.pageAfter("old", 0, 10).events.length === 2);
  const first = await keep(log, message("the first of all"));
  const second = await keep(log, message("an answer", { uid: "bob", reply_to: first }));
  await keep(log, edit(first, "the first, edited"));
  await keep(log, react(second, "👍"));
  await keep(log, react(second, "👍", { on: false }));
  await keep(log, react(first, "🎉"));
  const gone = await keep(log, message("a word to be forgotten"));
  await keep(log, edit(gone, "another word to be forgotten"));
  await keep(log, deletion(gone));
  await keep(log, message("hello from the hall", { room: "hall", bot: true }));
  const last = await keep(log, message("the last", { room: "hall" }));
  await keep(log, deletion(last, { room: "hall" }));
  return opened;
}

async function shownBy(log: MessageLog): Promise<unknown> {
  const shown: unknown[] = [log.head];
  for (const room of ["lobby", "old", "hall", "nowhere"]) {
    for (const page of [log.pageBefore(room, log.head + 1, 500), log.pageAfter(room, 0, 500)]) {
      shown.push({ ...page, epoch: "of its own" });
    }
    shown.push(log.eventsAfter(room, 0, 500));
    for (const since of [1, 3, 5, log.head]) shown.push(log.knows(room, { since, epoch: "another" }));
    for await (const page of log.exportPages(room)) shown.push(page);
    for (const query of ["first", "edited", "forgotten", "hello", "old"]) {
      shown.push(await log.search(room, query));
    }
  }
  return shown;
}

async function everything({ log, link }: Awaited<ReturnType<typeof openNode>>): Promise<string[]> {
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const jsm = await jetstreamManager(link.connection);
  const { state } = await jsm.streams.info("confab-log");
  const texts: string[] = [log.epoch];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    texts.push((await jsm.streams.getMessage("confab-log", { seq }))?.string() ?? "");
  }
  return texts;
}

async function recordsIn(nats: NatsServer): Promise<number> {
  return (await nats.streams()).find(({ name }) => name === "confab-log")?.state?.messages ?? 0;
}

test("I2 I5 after an import a node with an empty disk shows what the file showed, under the same numbers", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const { log: before, dataDir } = await chatOfEveryKind(t);
  const [shown, { head, epoch }] = [await shownBy(before), before];
  const known = ["lobby", "old"].map((room) =>
    [2, 4, head].map((since) => before.knows(room, { since, epoch })),
  );
  await before.close();
  const { code, said } = await run(dataDir, nats.url);
  assert.equal(code, 0, said);
  const [one, two] = [await openNode(t, nats.url), await openNode(t, nats.url)];
  for (const { log } of [one, two]) {
    assert.deepEqual(await shownBy(log), shown);
    const now = ["lobby", "old"].map((room) =>
      [2, 4, head].map((since) => log.knows(room, { since, epoch })),
    );
    assert.deepEqual(now, known, "who was there before can resume, and nobody across what was taken");
    assert.notEqual(log.epoch, epoch);
  }
  assert.doesNotMatch((await everything(one)).join("\n"), /forgotten|the last"/);
  const seq = await keep(two.log, message("after it"));
  assert.ok(seq > head, `${seq} is above ${head}`);
  await eventually(() => one.log.head === seq);
  assert.equal(one.fed.length, 1);
});

test("I9 an imported message deleted later leaves no text in the stream, and new nodes agree", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const { log: before, dataDir } = await openLog(t);
  const seq = await keep(before, message("an imported secret"));
  const kept = message("it stays");
  await keep(before, edit(seq, "an edited secret"));
  const stays = await keep(before, kept);
  await before.close();
  assert.equal((await run(dataDir, nats.url)).code, 0);
  const node = await openNode(t, nats.url);
  const again = await node.log.append(kept);
  assert.ok(again.kept && again.repeat && again.seq === stays);
  await keep(node.log, deletion(seq));
  await eventually(async () => !(await everything(node)).join("\n").includes("secret"));
  const other = await openNode(t, nats.url);
  assert.deepEqual(await shownBy(other.log), await shownBy(node.log));
  const afterIt = await run(dataDir, nats.url);
  assert.deepEqual([afterIt.code, afterIt.said.includes("already")], [0, true], afterIt.said);
});

test("an import killed halfway goes on where it stopped, no node takes part before, and once more changes nothing", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const { log: before, dataDir } = await openLog(t);
  const acts = Array.from({ length: 5_000 }, (_, at) => message(`m ${at}`, { uid: `u${at % 50}` }));
  await Promise.all(acts.map((act) => keep(before, act)));
  const { head } = before;
  const { events } = before.pageBefore("lobby", head + 1, 500);
  await before.close();
  // Of some two megabytes it gets one through, so that it is halfway whenever it is killed.
  const links: Weather[] = [{ bytes: 1_000_000, end: "silence" }];
  const proxy = await TcpProxy.open(
    t,
    () => nats.port,
    () => links.pop() ?? { bytes: 0, end: "silence" },
  );
  const child = importing(dataDir, proxy.url.replace("http", "nats"));
  await eventually(async () => (await recordsIn(nats)) >= 1_000);
  child.kill("SIGKILL");
  await once(child, "exit");
  const halfway = await recordsIn(nats);
  assert.ok(halfway < acts.length, `${halfway}`);
  const node = openNode(t, nats.url);
  const outcomes = await Promise.all([run(dataDir, nats.url), run(dataDir, nats.url)]);
  assert.ok(
    outcomes.some(({ code }) => code === 0),
    outcomes[0].said,
  );
  const { log } = await node;
  assert.equal(await recordsIn(nats), acts.length + 2, "the base, all of them, and the life that ends it");
  assert.deepEqual([log.head, log.pageBefore("lobby", head + 1, 500).events], [head, events]);
  const { code, said } = await run(dataDir, nats.url);
  assert.deepEqual([code, said.includes("already")], [0, true], said);
  assert.equal(await recordsIn(nats), acts.length + 2);
});

test("people come back to an imported chat as who they are", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const server = await spawnServer(t, { SECRET: secret });
  const key = newKey();
  const ann = await connect(server.socket(), { key });
  ann.send({ action: "message", ref: "r1", message: "from the one server" });
  const { seq } = await ann.until("ack");
  const running = await run(server.dataDir, nats.url);
  assert.deepEqual([running.code, running.said.includes("stop it first")], [1, true], running.said);
  await server.kill("SIGKILL");
  const moved = await run(server.dataDir, nats.url);
  assert.equal(moved.code, 0, moved.said);
  const node = await startServer(t, { SECRET: secret, NATS_URL: nats.url });
  const again = await connect(node.socket(), { key, since: 0 });
  assert.equal(again.welcome.uid, ann.welcome.uid);
  const told = await again.until("msg");
  assert.deepEqual([told.msg, told.seq], ["from the one server", seq]);
});

test("another SECRET, another chat's stream, an empty folder and a wrong configuration are refused in a line", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const server = await spawnServer(t, { SECRET: secret });
  const ann = await connect(server.socket());
  ann.send({ action: "message", ref: "r1", message: "hello" });
  await ann.until("ack");
  await server.kill("SIGKILL");
  const other = await openLog(t);
  await keep(other.log, message("of another chat"));
  await other.log.close();
  const refusal = async (pattern: RegExp, code: number, ...asked: Parameters<typeof run>): Promise<void> => {
    const outcome = await run(...asked);
    assert.match(outcome.said, pattern);
    assert.match(outcome.said, /^Not imported: .*\n$/);
    assert.equal(outcome.code, code);
  };
  await refusal(/SECRET is not the one/, 1, server.dataDir, nats.url, { SECRET: "x".repeat(32) });
  await refusal(/nothing was kept here/, 1, temporaryFolder(t), nats.url);
  await refusal(/NATS_URL/, 2, server.dataDir, "");
  assert.equal((await run(server.dataDir, nats.url)).code, 0);
  await refusal(/belongs to another SECRET/, 1, other.dataDir, nats.url, { SECRET: "x".repeat(32) });
  await refusal(/holds another import/, 1, other.dataDir, nats.url);
  const node = await openNode(t, nats.url, { prefix: "new" });
  await keep(node.log, message("begun without a file"));
  await refusal(/holds another chat/, 1, other.dataDir, nats.url, { NATS_PREFIX: "new" });
});
