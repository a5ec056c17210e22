/** Requests made to keep the server busy with one client. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ReadTurns } from "../../src/web/read-turns.ts";
import { startWeb, withAnswers, type Answer } from "../support/web-server.ts";

/** All that comes until the server closes the connection by itself. */
async function answers(t: TestContext, bytes: string): Promise<string[]> {
  const { port } = await startWeb(t);
  const socket = connect(port, "127.0.0.1");
  // The server may close while some of it is still on its way.
  socket.on("error", () => socket.destroy());
  socket.write(bytes);
  const received = await text(socket).catch(() => "");
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status ?? "");
}

const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
const last = "Connection: close\r\n";

test("requests behind one another on a connection are answered in order", async (t) => {
  const statuses = await answers(t, get("/health") + get("/r/a/events") + get("/nowhere", last));
  assert.deepEqual(statuses, ["200", "200", "404"]);
});

test("a connection that asks for a thousand at once is answered in order, one after another", async (t) => {
  const statuses = await answers(t, get("/r/a/events").repeat(999) + get("/nowhere", last));
  assert.deepEqual(statuses, [...Array<string>(999).fill("200"), "404"]);
});

test("connections that ask for thousands at once hold nobody up, nor are they read meanwhile", async (t) => {
  const web = await startWeb(t);
  const greedy = Array.from({ length: 100 }, () => {
    const socket = connect(web.port, "127.0.0.1").on("error", () => undefined);
    socket.resume().write(get("/health").repeat(2_000));
    return socket;
  });
  t.after(() => greedy.forEach((socket) => socket.destroy()));
  await once(greedy.at(-1) ?? assert.fail(), "data");
  let slowestMs = 0;
  for (let at = 0; at < 20; at += 1) {
    const startedMs = performance.now();
    assert.equal((await web.ask("/health")).status, 200);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  assert(slowestMs < 500, `${slowestMs} ms`);
});

for (const header of ["Content-Length: 1000000000", "Transfer-Encoding: chunked"]) {
  for (const path of ["/", "/r/a", "/r/a/events", "/nowhere"]) {
    test(`an upload to ${path} (${header}) is refused, and not waited for`, async (t) => {
      const [status] = await answers(t, `POST ${path} HTTP/1.1\r\nHost: h\r\n${header}\r\n\r\n`);
      assert(status === "405" || status === "404", status);
    });
  }
}

test("a refused request without a body leaves its connection open for the next", async (t) => {
  assert.deepEqual(await answers(t, get("/nowhere") + get("/health", last)), ["404", "200"]);
});

test("heavy reads run one at a time, in the order they were asked for, each in a turn of its own", async () => {
  const turns = new ReadTurns();
  const order: string[] = [];
  await Promise.all(
    [1, 2, 3].map((at) =>
      turns.run(async () => {
        order.push(`read ${at}`);
        setImmediate(() => order.push(`others after ${at}`));
        await nextTurn();
        order.push(`done ${at}`);
      }),
    ),
  );
  assert.deepEqual(
    order,
    [1, 2, 3].flatMap((at) => [`read ${at}`, `others after ${at}`, `done ${at}`]),
  );
});

test("a heavy read that fails is told to who asked for it, and the next one runs", async () => {
  const turns = new ReadTurns();
  const failed = turns.run(() => assert.fail("the disk"));
  const next = turns.run(() => "read");
  await assert.rejects(failed, /the disk/);
  assert.equal(await next, "read");
});

test("exports beyond twenty at once are refused with 503, until one is done", async (t) => {
  const released = Promise.withResolvers<undefined>();
  const web = await startWeb(t, {
    wrapLog: (log) =>
      withAnswers(log, {
        async *exportPages() {
          await released.promise;
          yield* [];
        },
      }),
  });
  const first = Array.from({ length: 30 }, () => web.ask("/r/a/export?format=json"));
  const refused = await firstSettled(first, 10);
  for (const { status, headers, body } of refused) {
    assert.equal(status, 503);
    assert.equal(headers["retry-after"], "1");
    assert.match(body, /Too many exports/);
  }
  released.resolve(undefined);
  const all = await Promise.all(first);
  assert.equal(all.filter(({ status }) => status === 200).length, 20);
  assert.equal((await web.ask("/r/a/export?format=json")).status, 200);
});

async function firstSettled(asked: readonly Promise<Answer>[], count: number): Promise<Answer[]> {
  const settled: Answer[] = [];
  return new Promise((resolve, reject) => {
    for (const answer of asked) {
      answer.then((one) => {
        settled.push(one);
        if (settled.length === count) resolve([...settled]);
      }, reject);
    }
  });
}
