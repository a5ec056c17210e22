/** What was written without a network goes out on return, all of it, once and in order, whatever is refused meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, newKey } from "../support/client.ts";
import { Crowd } from "../support/crowd.ts";
import { everyMessage } from "../support/events-pages.ts";
import { startServer } from "../support/server.ts";

for (const window of [1, 50]) {
  test(`I3 I4 fifty messages written offline and limited on return arrive once, in order, ${window} at a time`, async (t) => {
    const server = await startServer(t, { MESSAGES_PER_SECOND: "5", MESSAGE_BURST: "20" });
    const crowd = new Crowd(t, { server: () => server.url, writers: 1, readers: 2, window });
    for (let count = 0; count < 50; count += 1) crowd.writers[0]?.say();
    for (const client of crowd.clients) client.line.start();
    assert.equal((await crowd.settle()).length, 50);
  });
}

test("I4 what is sent behind a refused message is refused too, so that a queue sent at once keeps its order", async (t) => {
  // A token comes back every millisecond, in the middle of what is sent at once; a refusal has to hold all the same.
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1000", MESSAGE_BURST: "5" });
  const crowd = new Crowd(t, { server: () => server.url, writers: 1, readers: 1, window: 80 });
  for (let count = 0; count < 80; count += 1) crowd.writers[0]?.say();
  for (const client of crowd.clients) client.line.start();
  await crowd.settle();
});

test("I3 a ref used again with another text is refused, and the first text stays", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send({ action: "message", ref: "r1", message: "the first" });
  ana.send({ action: "message", ref: "r1", message: "another" });
  await ana.until("ack");
  const { code, ref } = await ana.until("error");
  assert.deepEqual([code, ref], ["ref_reused", "r1"]);
  const kept = await everyMessage(server.url, "lobby");
  assert.deepEqual(
    kept.map(({ msg }) => msg),
    ["the first"],
  );
});
