/** What is deleted goes from the stream, text and all, whatever comes with the text later: files stay equal without it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import type { Act } from "../../src/message-log/message-log.ts";
import { idOf } from "../../src/nats/publisher.ts";
import { deletion, edit, keep, message, react } from "../contract/message-log.ts";
import { eventually } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { openNode } from "./opened-log.ts";
import type { OpenedNode } from "./opened-log.ts";

function filesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("");
}

/** Resolves when the stream holds nothing at these places. */
async function erased({ link }: OpenedNode, ...places: number[]): Promise<void> {
  const { streams } = await jetstreamManager(link.connection);
  for (const seq of places) {
    await eventually(async () => (await streams.getMessage("confab-log", { seq })) === null);
  }
}

/**
 * Says it as a node does that does not know yet what the others know, where the stream knows it no more either.
 * @returns its place
 */
async function sayLate({ link }: OpenedNode, act: Act, named: { msgID?: string } = {}): Promise<number> {
  const record = encodeRecord({ type: "act", act, at: Date.now() });
  const { seq, duplicate } = await jetstream(link.connection).publish("confab.log.record", record, named);
  assert.equal(duplicate, false);
  return seq;
}

test("a deleted text is gone from the stream, and a node that replays has the same tombstone", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const first = await openNode(t, nats.url);
  const { log } = first;
  const act = message("mellon, said the gate");
  const seq = await keep(log, act);
  await keep(log, edit(seq, "mellon, said twice"));
  await keep(log, react(seq, "👍"));
  await keep(log, message("something else"));
  await keep(log, deletion(seq));
  await erased(first, seq, seq + 1);
  assert.doesNotMatch(filesOf(nats.folder), /mellon/);
  const second = await openNode(t, nats.url);
  assert.deepEqual(contentOf(second), contentOf(first));
  assert.equal((await second.log.append(act)).kept, true, "sent again it is the one that was kept");
  assert.equal(second.log.eventsAfter("lobby", 0, 50).length, 5);
});

test("a text that comes again after it was erased is erased again: the message's, an edit's, and one that came too late", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  const [{ log }] = nodes;
  const said = message("mellon, said the gate");
  const seq = await keep(log, said);
  const edited = edit(seq, "mellon, said twice");
  await keep(log, edited);
  await keep(log, deletion(seq));
  await erased(nodes[0], seq, seq + 1);
  const late = edit(seq, "mellon, said too late");
  const reused = message("mellon, under its ref", { ref: said.ref });
  for (const act of [said, edited, late, reused]) await erased(nodes[0], await sayLate(nodes[0], act));
  await keep(log, message("something else"));
  await atEnd(nodes);
  assert.doesNotMatch(filesOf(nats.folder), /mellon/);
  const empty = await openNode(t, nats.url);
  for (const node of nodes) assert.deepEqual(contentOf(node), contentOf(empty));
  assert.deepEqual(
    empty.log.eventsAfter("lobby", 0, 50).map(({ type }) => type),
    ["msg", "edit", "delete", "msg"],
  );
});

test("an edit that was refused goes with the message that it was to change", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const node = await openNode(t, nats.url);
  const seq = await keep(node.log, message("mellon, said the gate"));
  // As by its very writer, whose browser forgot who they were.
  const outcome = await node.log.append(edit(seq, "mellon, said another", { uid: "bob" }));
  assert.ok(!outcome.kept && outcome.code === "not_yours");
  await keep(node.log, deletion(seq));
  await erased(node, seq, seq + 1);
  assert.doesNotMatch(filesOf(nats.folder), /mellon/);
  assert.deepEqual(contentOf(await openNode(t, nats.url)), contentOf(node));
});

test("a file that cannot be read holds erasing up, is told, and ends nothing", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const node = await openNode(t, nats.url);
  const seq = await keep(node.log, message("mellon, said the gate"));
  const damaged = new DatabaseSync(join(node.dataDir, "confab.db"));
  t.after(() => damaged.close());
  // Next to nothing else asks for it: all but erasing goes on.
  damaged.exec("DROP TABLE imported");
  await keep(node.log, deletion(seq));
  await eventually(() => node.lines.includes("log_read_failed"));
  damaged.exec("CREATE TABLE imported (seq INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT");
  await erased(node, seq);
});

test("a text that comes again while no node runs goes from the stream with the first that starts, or replays", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const one = await openNode(t, nats.url);
  const texts = ["mellon, said the gate", "mellon, said twice"].map((text) => message(text));
  for (const act of texts) {
    const seq = await keep(one.log, act);
    await keep(one.log, deletion(seq));
    await erased(one, seq);
  }
  // With the record the server forgets its name.
  await nats.kill("SIGKILL");
  await nats.start();
  await eventually(() => one.log.status.state === "ok");
  await one.log.close();
  const [first, second] = texts;
  assert.ok(first && second);
  const named = ({ room, uid, ref }: Act) => ({ msgID: idOf(room, uid, ref) });
  const places = [await sayLate(one, first, named(first))];
  const again = await one.reopen();
  await erased(again, ...places);
  await again.log.close();
  places.push(await sayLate(again, second, named(second)));
  const empty = await openNode(t, nats.url);
  await erased(empty, ...places);
  assert.doesNotMatch(filesOf(nats.folder), /mellon/);
});
