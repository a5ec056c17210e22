import test from "node:test";
import assert from "node:assert/strict";
import { AppendQueue } from "../../src/message-log/append-queue.ts";
import type { Outcome } from "../../src/message-log/message-log.ts";
import { message } from "../contract/message-log.ts";

const kept: Outcome = { kept: true, seq: 1, at: 1, repeat: false };

test("I6 no more than 10,000 appends wait, in batches of 1,000, one at a time", async () => {
  const queue = new AppendQueue();
  const waiting = Array.from({ length: 10_000 }, () => queue.add(message("x"), 0));
  assert.ok(waiting.every((outcome) => outcome !== undefined));
  assert.equal(queue.add(message("one too many"), 0), undefined);
  for (let batches = 0; batches < 10; batches += 1) {
    assert.equal(queue.next()?.length, 1_000);
    assert.equal(queue.next(), undefined, "one is under way");
    queue.settle(Array.from({ length: 1_000 }, () => kept));
  }
  assert.ok(queue.isEmpty);
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([kept]));
});

test("I6 no more than 16 MiB wait, and room comes back as they are answered", () => {
  const queue = new AppendQueue();
  const megabyte = message("x".repeat(512 * 1024));
  let added = 0;
  while (queue.add(megabyte, 0) !== undefined) added += 1;
  assert.equal(added, 15);
  queue.next();
  queue.settle(Array.from({ length: added }, () => kept));
  assert.notEqual(queue.add(megabyte, 0), undefined);
});

test("when the disk fails, what waits is answered and what is under way waits for the file's word", async () => {
  const queue = new AppendQueue();
  const underWay = queue.add(message("first"), 0);
  queue.next();
  const waiting = queue.add(message("second"), 0);
  const refusal: Outcome = { kept: false, code: "unavailable", message: "not now" };
  queue.settleWaiting(refusal);
  assert.deepEqual(await waiting, refusal);
  assert.equal(queue.inFlight.length, 1);
  queue.settle([kept]);
  assert.deepEqual(await underWay, kept);
});
