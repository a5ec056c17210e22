/** What several nodes do not keep: it goes from all of their files at one place, and then from the stream. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { StreamInfo } from "@nats-io/jetstream";
import fc from "fast-check";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import type { Act } from "../../src/message-log/message-log.ts";
import { deletion, edit, keep, message, react } from "../contract/message-log.ts";
import { startNats } from "../support/nats.ts";
import type { NatsServer } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { openNode } from "./opened-log.ts";
import type { NodeOptions, OpenedNode } from "./opened-log.ts";

const dayMs = 24 * 60 * 60 * 1000;
const long = { timeout: 120_000 };
/** The clock of a node some days from now: nothing younger than 8 days is ever taken. */
const inDays = (days: number): NodeOptions => ({ now: () => Date.now() + days * dayMs });

function textsOf({ log }: OpenedNode, room = "lobby"): string[] {
  return log.eventsAfter(room, 0, 500).flatMap((event) => (event.type === "msg" ? [event.msg] : []));
}

async function streamOf({ link }: OpenedNode): Promise<StreamInfo> {
  return (await jetstreamManager(link.connection)).streams.info(link.name("log"));
}

async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
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

test(
  "what is over a limit goes from every node, and from the stream with all its acts and repeats",
  long,
  async (t) => {
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
  },
);

test("two nodes that sweep at once take the same, once", long, async (t) => {
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

test(
  "I4 a node that replays a stream of which everything was taken gives numbers above all that were given",
  long,
  async (t) => {
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
  },
);

test(
  "I3 what repeats a message that is taken goes from the stream with it, and counts on no node that replays",
  long,
  async (t) => {
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
  },
);

const someActs = fc.array(
  fc.record({
    kind: fc.constantFrom("msg", "msg", "msg", "edit", "delete", "react", "again", "ref reused", "sweep"),
    uid: fc.constantFrom("ann", "bob"),
    node: fc.nat(1),
    on: fc.nat(20),
    emoji: fc.constantFrom("👍", "🎉"),
    /** A node with an empty disk comes, whatever was taken out of the stream until then. */
    comes: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 8, maxLength: 30 },
);

test("whatever is appended and taken out in between, all files are equal", long, async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  let run = 0;
  const property = fc.asyncProperty(someActs, async (steps) => {
    run += 1;
    const prefix = `run${run}`;
    const nodes = [await openNode(t, nats.url, { prefix }), await openNode(t, nats.url, { prefix })];
    const done: Act[] = [];
    for (const { kind, uid, node: at, on, emoji, comes } of steps) {
      if (comes) nodes.push(await openNode(t, nats.url, { prefix }));
      const node = nodes[at];
      if (kind === "sweep" && node !== undefined) {
        const sweeping = await node.reopen({ ...inDays(20), maxRoomMessages: 2 });
        await eventually(() => textsOf(sweeping).length <= 2);
        nodes[at] = await sweeping.reopen({ now: Date.now, maxRoomMessages: 10_000 });
        continue;
      }
      const act = actOf(kind, uid, on, emoji, done);
      done.push(act);
      await node?.log.append(act);
    }
    const last = await openNode(t, nats.url, { prefix });
    await atEnd([...nodes, last]);
    for (const node of nodes) assert.deepEqual(contentOf(node), contentOf(last));
    for (const { log, link } of [...nodes, last]) {
      await log.close();
      await link.close();
    }
  });
  await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? "3") });
});

function actOf(kind: string, uid: string, on: number, emoji: string, done: readonly Act[]): Act {
  const before = done[on % Math.max(1, done.length)];
  switch (kind) {
    case "edit":
      return edit(on, `edit of ${on}`, { uid });
    case "delete":
      return deletion(on, { uid });
    case "react":
      return react(on, emoji, { uid });
    case "again":
      return before ?? message("first", { uid });
    case "ref reused":
      return message("another", before === undefined ? { uid } : { uid: before.uid, ref: before.ref });
    default:
      return message(`message ${on}`, { uid });
  }
}
