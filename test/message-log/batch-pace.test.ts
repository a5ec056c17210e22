import test from "node:test";
import assert from "node:assert/strict";
import { BatchPace } from "../../src/message-log/batch-pace.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked for in one turn begins once, at its end", async () => {
  let begun = 0;
  const pace = new BatchPace(() => (begun += 1));
  pace.request();
  pace.request();
  assert.equal(begun, 0);
  await turn();
  assert.equal(begun, 1);
});

test("a lone message never waits, however soon it follows another", async () => {
  let begun = 0;
  const pace = new BatchPace(() => (begun += 1));
  for (let messages = 1; messages <= 3; messages += 1) {
    pace.request();
    await turn();
    assert.equal(begun, messages);
    pace.begun(1);
  }
});

test("after a batch of several the next one keeps its distance, and then begins once", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let begun = 0;
  const pace = new BatchPace(() => {
    begun += 1;
    resolve(undefined);
  });
  pace.begun(2);
  pace.request();
  pace.request();
  await promise;
  await turn();
  assert.equal(begun, 1);
});
