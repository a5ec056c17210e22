/** What several nodes do not keep: it goes from all of their files at one place, and then from the stream. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { StreamInfo } from "@nats-io/jetstream";
import fc from "fast-check";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import { edit, keep, message, react } from "../contract/message-log.ts";
import { eventually } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";
import type { NatsServer } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { anyStep, filesStayEqual } from "./equal-files.ts";
import { openNode } from "./opened-log.ts";
import type { NodeOptions, OpenedNode } from "./opened-log.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** The clock of a node some days from now: nothing younger than 8 days is ever taken. */
const inDays = (days: number): NodeOptions => ({ now: () => Date.now() + days * dayMs });

function textsOf({ log }: OpenedNode, room = "lobby"): string[] {
  return log.eventsAfter(room, 0, 500).flatMap((event) => (event.type === "msg" ? [event.msg] : []));
}

async function streamOf({ link }: OpenedNode): Promise<StreamInfo> {
  return (await jetstreamManager(link.connection)).streams.info(link.name("log"));
}

async function recordsOf(node: OpenedNode): Promise<string> {
  const { streams } = await jetstreamManager(node.link.connection);
  const { state } = await streamOf(node);
  const places = Array.from({ length: state.last_seq }, (_, at) => at + 1);
  const records = await Promise.all(places.map((seq) => streams.getMessage(node.link.name("log"), { seq })));
  return records.map((record) => record?.string() ?? "").join("\n");
}

/** Nothing is left in the stream of what was taken: it holds so many records. */
async function heldByStream(node: OpenedNode, count: number): Promise<void> {
  await eventually(async () => (await streamOf(node)).state.messages === count);
}

async function twoNodes(t: TestContext): Promise<[NatsServer, OpenedNode, OpenedNode] | undefined> {
  const nats = await startNats(t);
  if (nats === undefined) return undefined;
  return [nats, await openNode(t, nats.url), await openNode(t, nats.url)];
}

test("what is over a limit goes from every node, and from the stream with all its acts and repeats", async (t) => {
  const opened = await twoNodes(t);
  if (opened === undefined) return;
  const [nats, one, two] = opened;
  const acts = Array.from({ length: 120 }, (_, at) => message(`text ${at}`));
  for (const act of acts) await keep(one.log, act);
  const [first] = one.log.eventsAfter("lobby", 0, 1);
  assert.ok(first);
  await keep(two.log, edit(first.seq, "edited"));
  await keep(two.log, react(first.seq, "👍"));
  const other = await keep(two.log, message("elsewhere", { room: "small" }));
  const sweeping = await one.reopen({ ...inDays(30), maxRoomMessages: 5 });
  await eventually(() => [sweeping, two].every((node) => textsOf(node).length === 5));
  assert.deepEqual(textsOf(two), ["text 115", "text 116", "text 117", "text 118", "text 119"]);
  assert.deepEqual(textsOf(two, "small"), ["elsewhere"]);
  assert.equal(two.log.knows("lobby", { since: 0 }), false, "nobody resumes across it");
  assert.equal(two.log.knows("lobby", { since: first.seq, epoch: two.log.epoch }), false);
  assert.equal(two.log.knows("lobby", { since: other, epoch: two.log.epoch }), true);
  assert.equal((await two.log.search("lobby", "text")).length, 5);
  // The life, six messages, three prunes of at most 50, and how far the room was taken.
  await eventually(async () => (await streamOf(two)).state.messages <= 1 + 6 + 3 + 3);
  await atEnd([sweeping, two]);
  const empty = await openNode(t, nats.url);
  assert.deepEqual(contentOf(two), contentOf(sweeping));
  assert.deepEqual(contentOf(empty), contentOf(sweeping));
});

test("two nodes that sweep at once take the same, once", async (t) => {
  const opened = await twoNodes(t);
  if (opened === undefined) return;
  const [nats, one, two] = opened;
  for (let at = 0; at < 60; at += 1) await keep(one.log, message(`${at}`, { room: `r${at % 3}` }));
  await atEnd([one, two]);
  const limits = { ...inDays(30), maxRoomMessages: 2 };
  const nodes = await Promise.all([one.reopen(limits), two.reopen(limits)]);
  await eventually(() =>
    nodes.every((node) => ["r0", "r1", "r2"].every((room) => textsOf(node, room).length === 2)),
  );
  const [left] = nodes;
  await heldByStream(left, 1 + 6 + 3 + 3);
  const empty = await openNode(t, nats.url);
  await atEnd([...nodes, empty]);
  for (const node of nodes) assert.deepEqual(contentOf(node), contentOf(empty));
});

test("I4 a node that replays a stream of which everything was taken gives numbers above all that were given", async (t) => {
  const opened = await twoNodes(t);
  if (opened === undefined) return;
  const [nats, one, two] = opened;
  for (let at = 0; at < 5; at += 1) await keep(one.log, message(`${at}`));
  const { head } = one.log;
  const [first] = one.log.eventsAfter("lobby", 0, 1);
  assert.ok(first);
  await keep(one.log, react(first.seq, "👍"));
  const reached = one.log.head;
  assert.ok(reached > head);
  const sweeping = await one.reopen({ ...inDays(20), maxAgeDays: 10 });
  await eventually(() => textsOf(two).length === 0);
  await heldByStream(sweeping, 1 + 1 + 1);
  const empty = await openNode(t, nats.url);
  assert.equal(empty.log.head, reached, "who was there is not ahead of it");
  assert.deepEqual(contentOf(empty), contentOf(two));
  assert.ok((await keep(empty.log, message("next"))) > reached);
});

test("I3 what repeats a message that is taken goes from the stream with it, and counts on no node that replays", async (t) => {
  const opened = await twoNodes(t);
  if (opened === undefined) return;
  const [nats, one, two] = opened;
  const first = message("first");
  await keep(one.log, first);
  // As when nobody near the stream knew any more that it has been there: nodes answer the rest by themselves.
  const client = jetstream(one.link.connection);
  const again = [first, { ...first, msg: "another text under its ref" }];
  for (const act of again) {
    await client.publish("confab.log.record", encodeRecord({ type: "act", act, at: Date.now() }));
  }
  const last = await keep(one.log, message("last"));
  const sweeping = await one.reopen({ ...inDays(20), maxRoomMessages: 1 });
  await eventually(() => [sweeping, two].every((node) => textsOf(node).join() === "last"));
  // The life, the last message, what was taken, and how far.
  await heldByStream(sweeping, 4);
  const empty = await openNode(t, nats.url);
  assert.deepEqual([textsOf(empty), empty.log.head], [["last"], last]);
  assert.deepEqual(contentOf(empty), contentOf(two));
});

test("an edit of a message that is taken already goes from the stream, and one refused before goes with its message", async (t) => {
  const opened = await twoNodes(t);
  if (opened === undefined) return;
  const [nats, one, two] = opened;
  const first = await keep(one.log, message("first"));
  assert.equal((await one.log.append(edit(first, "mellon, by another", { uid: "bob" }))).kept, false);
  await keep(one.log, message("last"));
  const sweeping = await one.reopen({ ...inDays(20), maxRoomMessages: 1 });
  await eventually(() => [sweeping, two].every((node) => textsOf(node).join() === "last"));
  await eventually(async () => !(await recordsOf(two)).includes("mellon"));
  const late = await two.log.append(edit(first, "mellon, too late"));
  assert.ok(!late.kept && late.code === "no_such_message");
  await eventually(async () => !(await recordsOf(two)).includes("mellon"));
  // It was the last of the stream.
  assert.deepEqual(contentOf(await openNode(t, nats.url)), contentOf(two));
});

const someActs = fc.array(
  fc.record({
    ...anyStep,
    /** Before the act a node sweeps, or one with an empty disk comes, whatever was taken out of the stream until then. */
    change: fc.constantFrom("none", "none", "none", "none", "none", "none", "sweep", "comes"),
  }),
  { minLength: 8, maxLength: 24 },
);

test("whatever is appended and taken out in between, all files are equal", (t) =>
  filesStayEqual(
    t,
    someActs,
    Number(process.env["RUNS"] ?? "3"),
    async ({ node: at, change }, nodes, open) => {
      const node = nodes[at];
      if (change === "comes") nodes.push(await open());
      if (change !== "sweep" || node === undefined) return;
      const sweeping = await node.reopen({ ...inDays(20), maxRoomMessages: 2 });
      await eventually(() => textsOf(sweeping).length <= 2);
      nodes[at] = await sweeping.reopen({ now: Date.now, maxRoomMessages: 10_000 });
    },
  ));
