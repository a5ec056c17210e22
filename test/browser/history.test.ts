import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { History } from "../../src/browser/history.ts";
import type { Seq } from "../../src/protocol/events.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";

const unlimited = { MESSAGES_PER_SECOND: "0", MESSAGE_BURST: "100000" };
/** Fewer frames than the server takes for a flood. */
const perConnection = 300;

/** Says so many things; @returns their numbers, in order */
async function fill(server: TestServer, count: number): Promise<Seq[]> {
  const seqs: Seq[] = [];
  while (seqs.length < count) {
    const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
    const part = Math.min(perConnection, count - seqs.length);
    for (let at = 0; at < part; at += 1) ana.send({ action: "message", ref: `m${at}`, message: `m ${at}` });
    for (let at = 0; at < part; at += 1) seqs.push((await ana.until("ack")).seq);
    await ana.close();
  }
  return seqs;
}

async function open(server: TestServer, nextFrame = () => Promise.resolve()): Promise<History> {
  const history = new History(`${server.url}/r/standup/events`, () => undefined, nextFrame);
  await history.loadNewest();
  return history;
}

const held = (history: History) => (history.shown?.messages() ?? []).map(({ message }) => message.seq);

async function readToNewest(history: History, onPage: () => void = () => undefined): Promise<void> {
  while (!history.showsNewest) {
    await history.loadNewer();
    onPage();
  }
}

async function room(t: TestContext, count: number) {
  const server = await startServer(t, unlimited);
  const seqs = await fill(server, count);
  return { server, seqs, history: await open(server) };
}

test("any message can be gone to, however far back, and is shown with what is around it", async (t) => {
  const { seqs, history } = await room(t, 1_000);
  for (const at of [3, 500, 0, 930, 999]) {
    assert.equal(await history.goTo(seqs[at] ?? 0), "there");
    history.arrived();
    const shown = held(history);
    assert.deepEqual(shown, seqs.slice(seqs.indexOf(shown[0] ?? 0)).slice(0, shown.length), "without a gap");
    assert.ok(shown.includes(seqs[Math.max(0, at - 40)] ?? 0));
    assert.ok(shown.includes(seqs[Math.min(999, at + 40)] ?? 0));
  }
});

test("from there one reads on in both directions to the first and to the newest message", async (t) => {
  const { seqs, history } = await room(t, 700);
  await history.goTo(seqs[350] ?? 0);
  history.arrived();
  assert.equal(history.showsNewest, false);
  while (history.shown?.hasOlder === true) await history.loadOlder();
  assert.equal(held(history)[0], seqs[0]);
  await readToNewest(history);
  assert.deepEqual(held(history), seqs);
});

test("a page is shown in parts, a frame each, in both directions and never with a gap", async (t) => {
  const { server, seqs } = await room(t, 400);
  const lengths: number[] = [];
  const history = await open(server, () => {
    const shown = held(history);
    lengths.push(shown.length);
    assert.deepEqual(shown, seqs.slice(seqs.indexOf(shown[0] ?? 0)).slice(0, shown.length));
    return Promise.resolve();
  });
  await history.goTo(seqs[150] ?? 0);
  history.arrived();
  await history.loadOlder();
  await history.loadNewer();
  assert.deepEqual(lengths, [120, 140, 160, 180, 220, 240, 260, 280, 300]);
  assert.equal(held(history).length, 300);
});

test("who is elsewhere misses nothing: live messages wait at the end, and acts show where they belong", async (t) => {
  const { server, seqs, history } = await room(t, 300);
  const [target = 0, far = 0] = [seqs[20], seqs[21]];
  await history.goTo(target);
  history.arrived();
  const reader = await connect(server.socket("standup"), {
    key: newKey(),
    since: history.position?.since ?? 0,
    epoch: history.position?.epoch ?? "",
  });
  const [writer, key] = [await connect(server.socket("standup"), { key: newKey(), name: "Bo" }), "r"];
  writer.send({ action: "message", ref: "new", message: "news" });
  writer.send({ action: "react", ref: key, target: far, emoji: "👍", on: true });
  history.take(await reader.until("msg"));
  history.take(await reader.until("react"));
  assert.equal(history.timeline?.newest?.msg, "news");
  assert.equal(held(history).includes(history.timeline.newest.seq), false);
  assert.equal(history.shown?.find(far)?.reactions.length, 1);
  history.toNewest();
  assert.equal(history.shown.messages().at(-1)?.text, "news");
});

test("a number that is no message of the room leaves the reader where they are", async (t) => {
  const { seqs, history } = await room(t, 120);
  await history.goTo(seqs[10] ?? 0);
  const before = held(history);
  assert.equal(await history.goTo((seqs.at(-1) ?? 0) + 1_000), "gone");
  history.arrived();
  assert.equal(history.showsNewest, true, "it would be at the end");
  await history.goTo(seqs[10] ?? 0);
  assert.deepEqual(held(history), before);
});

test("a page open for weeks holds few messages, wherever its person reads", async (t) => {
  const { seqs, history } = await room(t, 1_500);
  while (history.shown?.hasOlder === true) {
    await history.loadOlder();
    const at = held(history)[20];
    history.tidy(at);
    assert.ok(held(history).includes(at ?? 0), "what is under the eye stays");
    assert.ok(held(history).length <= 500, `${held(history).length} messages are shown`);
  }
  assert.equal(held(history)[0], seqs[0]);
  await readToNewest(history, () => {
    history.tidy(held(history).at(-20));
    assert.ok(held(history).length <= 500);
  });
  assert.equal(held(history).at(-1), seqs.at(-1));
  history.tidy(undefined);
  assert.ok(held(history).length <= 600, "the newest are followed");
});

test("a load that fails says why, and goes on when it is tried again", async (t) => {
  const { server, seqs, history } = await room(t, 200);
  await history.goTo(seqs[10] ?? 0);
  history.arrived();
  const { dataDir, url } = server;
  await server.stop();
  await history.loadNewer();
  assert.equal(history.loading.state, "failed");
  assert.equal(await history.goTo(seqs[150] ?? 0), "there", "that one is held");
  assert.equal(await history.goTo(seqs[100] ?? 0), "failed");
  history.arrived();
  await startServer(t, { ...unlimited, DATA_DIR: dataDir, PORT: new URL(url).port });
  const again = await open({ ...server, url });
  assert.equal(await again.goTo(seqs[100] ?? 0), "there");
});
