/** Several nodes that follow one stream: whatever happens to them, their files say the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Act } from "../../src/message-log/message-log.ts";
import { keep, message, react } from "../contract/message-log.ts";
import { startNats } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { anyStep, filesStayEqual } from "./equal-files.ts";
import { openNode } from "./opened-log.ts";

test("I4 what two nodes append at once has one order, and both are fed it alike", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  const acts = Array.from({ length: 400 }, (_, at) => message(`${at}`, { uid: `u${at % 20}` }));
  await Promise.all(acts.map((act, at) => keep(nodes[at % 2 === 0 ? 0 : 1].log, act)));
  await atEnd(nodes);
  assert.equal(nodes[0].log.epoch, nodes[1].log.epoch);
  assert.deepEqual(nodes[0].fed, nodes[1].fed);
  assert.deepEqual(contentOf(nodes[0]), contentOf(nodes[1]));
});

test("I3 the same act sent to two nodes at once is kept once, and both tell its number", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  const acts = Array.from({ length: 50 }, (_, at) => message(`${at}`));
  const told = await Promise.all(nodes.map(({ log }) => Promise.all(acts.map((act) => keep(log, act)))));
  assert.deepEqual(told[0], told[1]);
  assert.equal(new Set(told[0]).size, acts.length);
  await atEnd(nodes);
  assert.equal(nodes[1].fed.length, acts.length);
});

test("I1 a node acknowledges a repeat of what was said on another only once its own feed has shown it", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  let early = 0;
  const repeat = async (act: Act): Promise<void> => {
    const seq = await keep(nodes[1].log, act);
    if (!nodes[1].fed.some(({ event }) => event.seq === seq)) early += 1;
  };
  for (let round = 0; round < 40; round += 1) {
    const acts = Array.from({ length: 20 }, (_, at) => message(`${at}`, { uid: `u${at}` }));
    await Promise.all(acts.map(async (act) => keep(nodes[0].log, act).then(() => repeat(act))));
  }
  assert.equal(early, 0);
});

test("an act refused once may count later: the same again, when there is what it names", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const { log } = await openNode(t, nats.url);
  const early = react(4, "👍");
  assert.equal((await log.append(early)).kept, false);
  assert.equal(await keep(log, message("one")), 3);
  assert.equal(await keep(log, message("two")), 4);
  assert.ok((await log.append(early)).kept);
});

test("a node with an empty disk replays all there was, feeds none of it, and then follows", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const first = await openNode(t, nats.url);
  const seqs = await Promise.all(
    Array.from({ length: 300 }, (_, at) => keep(first.log, message(`${at}`, { uid: `u${at % 30}` }))),
  );
  for (const seq of seqs.slice(0, 10)) await first.log.append(react(seq, "👍"));
  const second = await openNode(t, nats.url);
  assert.equal(second.fed.length, 0);
  assert.equal(second.log.head, first.log.head);
  assert.deepEqual(contentOf(second), contentOf(first));
  assert.equal((await second.log.search("lobby", "299")).length, 1);
  await keep(first.log, message("next"));
  await atEnd([first, second]);
  assert.equal(second.fed.length, 1);
});

const someActs = fc.array(
  fc.record({
    ...anyStep,
    /** Before the act, the node is closed and opened again, once on an empty disk. */
    crash: fc.constantFrom("no", "no", "no", "no", "reopen", "empty"),
  }),
  { minLength: 5, maxLength: 40 },
);

test("whatever is appended where, and whichever node starts anew, all files are equal", (t) =>
  filesStayEqual(t, someActs, 6, async ({ node: at, crash }, nodes, open) => {
    const node = nodes[at];
    if (crash === "no" || node === undefined) return;
    if (crash === "empty") {
      await node.log.close();
      await node.link.close();
    }
    nodes[at] = crash === "empty" ? await open() : await node.reopen();
  }));
