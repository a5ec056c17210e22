/** A file in which other rules decided than those of this version, as after an update: it is made anew of the stream. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import type { LogRecord } from "../../src/message-log/log-record.ts";
import { deletion, edit, keep, message, react } from "../contract/message-log.ts";
import { startNats } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { openNode } from "./opened-log.ts";
import type { OpenedNode } from "./opened-log.ts";

/** As a version left it that took one reaction more, and knew nothing of versions of rules. */
async function decidedOtherwise({ log, dataDir }: OpenedNode): Promise<void> {
  await log.close();
  const db = new DatabaseSync(join(dataDir, "confab.db"));
  db.exec("DELETE FROM marks WHERE name = 'rules'");
  const columns = "room_id, type, stands, uid, at, target, name, emoji, is_on";
  const { changes } = db
    .prepare(
      `INSERT INTO events (seq, ref, ${columns})
       SELECT max(seq) - 1, 'one too many', ${columns} FROM events WHERE type = 'react'`,
    )
    .run();
  db.close();
  assert.equal(changes, 1);
}

test("a file that other rules made is made anew when its node starts: it is as the others' are, and nothing is new in it", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  const [one, two] = nodes;
  const seq = await keep(one.log, message("one"));
  await keep(one.log, edit(seq, "one, edited"));
  await keep(one.log, deletion(await keep(one.log, message("gone"))));
  // Refused: its number is given to nobody.
  assert.equal((await one.log.append(edit(seq, "by another", { uid: "bob" }))).kept, false);
  await keep(two.log, react(seq, "👍"));
  await atEnd(nodes);
  const { epoch, head } = one.log;
  await decidedOtherwise(one);
  assert.notDeepEqual(contentOf(one), contentOf(two));
  const again = await one.reopen();
  assert.deepEqual(contentOf(again), contentOf(two));
  assert.deepEqual([again.log.epoch, again.log.head, again.fed], [epoch, head, []]);
  assert.ok(again.lines.includes("log_rules_changed"));
  const once = await again.reopen();
  assert.equal(once.lines.includes("log_rules_changed"), false, "and once is enough");
});

test("what came from a file has its numbers and its past again", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const { link, log } = await openNode(t, nats.url, { prefix: "other" });
  await log.close();
  const { streams } = await jetstreamManager(link.connection);
  await streams.add({ name: "confab-log", subjects: ["confab.log.record", "confab.log.erased"] });
  const said = message("said on one server");
  const beginning: readonly LogRecord[] = [
    { type: "base", seq: 900, epochs: [["of one server", 900]], fingerprint: "" },
    { type: "imported", seq: 17, act: said, at: 1 },
    { type: "imported", seq: 30, act: react(17, "👍"), at: 2 },
    { type: "epoch", epoch: "of several", through: 900 },
  ];
  const client = jetstream(link.connection);
  for (const record of beginning) await client.publish("confab.log.record", encodeRecord(record));
  const nodes = [await openNode(t, nats.url), await openNode(t, nats.url)] as const;
  assert.equal(await keep(nodes[0].log, message("said here")), 905);
  await keep(nodes[0].log, edit(17, "and edited"));
  await atEnd(nodes);
  await decidedOtherwise(nodes[0]);
  const again = await nodes[0].reopen();
  assert.ok(again.lines.includes("log_rules_changed"));
  assert.deepEqual(contentOf(again), contentOf(nodes[1]));
  assert.ok(again.log.knows("lobby", { since: 17, epoch: "of one server" }));
  assert.equal(await keep(again.log, said), 17);
});

test("a file of which the stream was emptied is kept, whatever rules made it: only the files have what was before", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const node = await openNode(t, nats.url);
  const seq = await keep(node.log, message("one"));
  await keep(node.log, edit(seq, "one, edited"));
  assert.equal((await node.log.append(edit(seq, "by another", { uid: "bob" }))).kept, false);
  await keep(node.log, react(seq, "👍"));
  await (await jetstreamManager(node.link.connection)).streams.purge("confab-log");
  await decidedOtherwise(node);
  const before = contentOf(node);
  const again = await node.reopen();
  assert.deepEqual(contentOf(again), before);
  assert.ok(await keep(again.log, message("next")));
});
