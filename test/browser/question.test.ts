import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Question } from "../../src/browser/question.ts";

/** A server that has no answer now; time passes when it is told to. */
function busyServer(t: TestContext, init: ResponseInit) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const error = { code: "unavailable", message: "The search took too long." };
  const fetch = t.mock.method(globalThis, "fetch", () =>
    Promise.resolve(Response.json({ error }, { status: 503, ...init })),
  );
  const question = new Question((body) => body);
  /** What the question has come to after so long, and how often the server was asked. */
  const after = async (seconds: number): Promise<[state: string, asked: number]> => {
    t.mock.timers.tick(seconds * 1_000);
    // The answer is read in turns of the event loop, whose immediates are not mocked.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    return [question.reply.value.state, fetch.mock.callCount()];
  };
  return { question, after };
}

test("a server that says when to come back is asked again then, ever later, and not for ever", async (t) => {
  const { question, after } = busyServer(t, { headers: { "Retry-After": "2" } });
  question.ask("http://localhost/search?q=hay");
  assert.deepEqual(await after(0), ["waiting", 1]);
  assert.deepEqual(await after(1.9), ["waiting", 1]);
  assert.deepEqual(await after(0.1), ["waiting", 2]);
  assert.deepEqual(await after(4), ["waiting", 3]);
  assert.deepEqual(await after(8), ["failed", 4]);
  assert.deepEqual(question.reply.value, { state: "failed", reason: "The search took too long." });
  assert.deepEqual(await after(60), ["failed", 4]);
});

test("who asks something else, or nothing any more, is not asked for again", async (t) => {
  const { question, after } = busyServer(t, { status: 429, headers: { "Retry-After": "2" } });
  question.ask("http://localhost/search?q=hay");
  assert.deepEqual(await after(0), ["waiting", 1]);
  question.ask("http://localhost/search?q=needle", 500);
  assert.deepEqual(await after(0.5), ["waiting", 2]);
  question.forget();
  assert.deepEqual(await after(60), ["none", 2]);
});

test("a server that does not say when, or not soon, is not asked again", async (t) => {
  for (const headers of [{}, { "Retry-After": "31" }, { "Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT" }]) {
    await t.test(JSON.stringify(headers), async (t) => {
      const { question, after } = busyServer(t, { headers });
      question.ask("http://localhost/search?q=hay");
      assert.deepEqual(await after(0), ["failed", 1]);
      assert.deepEqual(await after(60), ["failed", 1]);
    });
  }
});
