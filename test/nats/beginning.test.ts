/** Streams that a node must not serve: made with another SECRET, or emptied of what its file lacks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { StartError } from "../../src/message-log/message-log.ts";
import { connectToNats } from "../../src/nats/connection.ts";
import { JetStreamLog } from "../../src/nats/jetstream-log.ts";
import { keep, message } from "../contract/message-log.ts";
import { eventually, openLog, temporaryFolder } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";
import { openNode } from "./opened-log.ts";

const lines = { info: () => undefined, warn: () => undefined, error: () => undefined };

test("I9 a node with another SECRET than the stream was begun with does not start, and says why", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const ours = { fingerprint: "of our secret" };
  const one = await openNode(t, nats.url, ours);
  await keep(one.log, message("hello"));
  const another = openNode(t, nats.url, { fingerprint: "of another secret" });
  await assert.rejects(another, (error) => {
    return error instanceof StartError && /confab-log .* belongs to another SECRET/.test(error.message);
  });
  const two = await openNode(t, nats.url, ours);
  assert.equal(two.log.head, one.log.head);
});

test("a stream that was emptied: who has all of it goes on, and an empty node says why it is not ready", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const one = await openNode(t, nats.url);
  const before = await keep(one.log, message("before"));
  await (await jetstreamManager(one.link.connection)).streams.purge("confab-log");
  const again = await one.reopen();
  const after = await keep(again.log, message("after"));
  assert.deepEqual([again.log.status.state, after > before], ["ok", true]);
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, lines);
  const options = { dataDir: temporaryFolder(t), sync: "normal", lockWaitMs: 0, lines } as const;
  const empty = new JetStreamLog({ ...options, link: Promise.resolve(link), whyNoLink: () => "" });
  const starting = empty.start(() => undefined);
  await eventually(
    () => "reason" in empty.status && empty.status.reason.includes("was emptied and begins at"),
  );
  assert.equal(empty.status.state, "unavailable", "/health and /health/ready are 503 with that reason");
  await Promise.all([assert.rejects(starting, StartError), empty.close()]);
  await link.close();
});

test("one server's file is not a node's: it is refused with what to do, and left as it is", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const alone = await openLog(t);
  const seq = await keep(alone.log, message("of one server"));
  await alone.log.close();
  const opening = openNode(t, nats.url, { dataDir: alone.dataDir });
  await assert.rejects(
    opening,
    (error) => error instanceof StartError && error.message.includes("npm run import"),
  );
  const { log } = await alone.reopen();
  assert.equal(log.eventsAfter("lobby", 0, 10)[0]?.seq, seq);
});
