/** Requests made to keep the server busy with one client. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { connect, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Response } from "express";
import type { MessageLog } from "../../src/message-log/message-log.ts";
import { Turns } from "../../src/turns.ts";
import { ReadTurns } from "../../src/web/read-turns.ts";
import { UntakenAnswers } from "../../src/web/untaken-answers.ts";
import { startWeb, withAnswers, type Answer, type Asking, type Web } from "../support/web-server.ts";

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
  let answered = 0;
  Object.defineProperty(web.health, "connections", { get: () => (answered += 1) });
  const greedy = Array.from({ length: 100 }, () => {
    const socket = connect(web.port, "127.0.0.1").on("error", () => undefined);
    socket.resume().write(get("/health").repeat(2_000));
    return socket;
  });
  t.after(() => greedy.forEach((socket) => socket.destroy()));
  await once(greedy.at(-1) ?? assert.fail(), "connect");
  let most = 0;
  for (let at = 0; at < 20; at += 1) {
    const before = answered;
    assert.equal((await web.ask("/health")).status, 200);
    most = Math.max(most, answered - before);
  }
  // Not counted in time: on a slow machine a few of theirs take long. Answered as read, one waits behind all of them.
  assert(most < 2_000, `behind ${most} of theirs`);
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
  const turns = new ReadTurns(new Turns(() => performance.now()));
  const order: string[] = [];
  await Promise.all(
    [1, 2, 3].map((at) =>
      turns.run("a", async () => {
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

test("of pages that many ask for at once a turn makes one, so that what else there is comes in between", async (t) => {
  let turn = 0;
  const turns: number[] = [];
  const wrapLog = (log: MessageLog): MessageLog =>
    new Proxy(log, {
      get: (target, name) => {
        if (name === "pageBefore") turns.push(turn);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  const web = await startWeb(t, { wrapLog });
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const asked = Array.from({ length: 40 }, (_, at) => web.ask(`/r/${at}`));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  isOver = true;
  assert.deepEqual(
    statuses,
    Array.from({ length: 40 }, () => 200),
  );
  assert.equal(turns.length, 40);
  assert.equal(new Set(turns).size, 40, "none shares its turn with another");
});

test("a heavy read that fails is told to who asked for it, and the next one runs", async () => {
  const turns = new ReadTurns(new Turns(() => performance.now()));
  const failed = turns.run("a", () => assert.fail("the disk"));
  const next = turns.run("b", () => "read");
  await assert.rejects(failed, /the disk/);
  assert.equal(await next, "read");
});

test("addresses take turns: who asks for much waits behind itself alone", async () => {
  const turns = new ReadTurns(new Turns(() => performance.now()));
  const order: string[] = [];
  const asked = ["a", "a", "a", "b", "c", "b"].map((address, at) =>
    turns.run(address, () => void order.push(`${address}${at}`)),
  );
  await Promise.all(asked);
  assert.deepEqual(order, ["a0", "a1", "b3", "c4", "a2", "b5"]);
});

test("who asks on after being refused is refused in a few plain bytes, of which no page is made", async (t) => {
  let inFull = 2;
  const refusedForMs = (share: "reads" | "refusals"): number => {
    if (share === "reads") return 1_500;
    inFull -= 1;
    return inFull >= 0 ? 0 : 1;
  };
  const web = await startWeb(t, { askers: { addressOf: () => "a", refusedForMs } });
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${web.port}${path}`, { headers: { Accept: "text/html" } });
  for (let at = 0; at < 2; at += 1) {
    const refused = await ask("/r/a");
    assert.deepEqual(
      [refused.status, refused.headers.get("Content-Type")],
      [429, "text/html; charset=utf-8"],
    );
  }
  for (const path of ["/", "/r/a", "/r/a/", "/r/a/search?q=x"]) {
    const refused = await ask(path);
    assert.deepEqual([refused.status, refused.headers.get("Retry-After")], [429, "2"]);
    assert.equal(refused.headers.get("Content-Security-Policy"), null);
    assert.notEqual(refused.headers.get("X-Request-Id"), null);
    assert.match(await refused.text(), /^\{"error":\{"code":"rate_limited",/);
  }
  for (const path of ["/health", "/metrics"]) assert.equal((await ask(path)).status, 200);
});

test("an address that asks beyond its share is told when to come back, and what is not counted is answered", async (t) => {
  const asked: number[] = [];
  const refusedForMs = (_share: string, address: string | undefined, cost: number): number => {
    assert.equal(address, "a");
    // Only looked at, to refuse in short whoever asks on.
    if (cost === 0) return 0;
    asked.push(cost);
    return asked.length > 5 ? 1_500 : 0;
  };
  const web = await startWeb(t, { askers: { addressOf: () => "a", refusedForMs } });
  for (const path of ["/", "/r/a", "/r/a/events", "/r/a/search?q=b", "/r/a/export"]) {
    assert.equal((await web.ask(path)).status, 200, path);
  }
  assert.deepEqual(asked, [1, 1, 1, 4, 10]);
  const refused = await web.ask("/r/a/events");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers["retry-after"], "2");
  assert.match(refused.body, /"rate_limited"/);
  for (const path of ["/health", "/static/favicon.svg"]) assert.equal((await web.ask(path)).status, 200);
});

/** A web whose exports all wait until they are released, and whose requests come from where a header says. */
async function startSlow(t: TestContext, now?: () => number): Promise<{ web: Web; release: () => void }> {
  const released = Promise.withResolvers<undefined>();
  const web = await startWeb(t, {
    ...(now && { now }),
    askers: { addressOf: ({ headers }) => String(headers["x-from"]), refusedForMs: () => 0 },
    wrapLog: (log) =>
      withAnswers(log, {
        async *exportPages() {
          await released.promise;
          yield* [];
        },
        search: () => released.promise.then(() => []),
      }),
  });
  return { web, release: () => released.resolve(undefined) };
}

const from = (address: number): Asking => ({ headers: { "X-From": `${address}` } });

test("exports beyond twenty at once are refused with 503, until one is done", async (t) => {
  const { web, release } = await startSlow(t);
  const first = Array.from({ length: 30 }, (_, at) => web.ask("/r/a/export?format=json", from(at)));
  for (const { status, headers, body } of await firstSettled(first, 10)) {
    assert.equal(status, 503);
    assert.equal(headers["retry-after"], "1");
    assert.match(body, /Too many exports/);
  }
  release();
  const all = await Promise.all(first);
  assert.equal(all.filter(({ status }) => status === 200).length, 20);
  assert.equal((await web.ask("/r/a/export?format=json")).status, 200);
});

for (const [what, limit, path] of [
  ["exports", 4, "/r/a/export"],
  ["searches", 5, "/r/a/search?q=a"],
] as const) {
  test(`${what} of one address beyond ${limit} at once are refused with 503, others are not`, async (t) => {
    const { web, release } = await startSlow(t);
    const greedy = Array.from({ length: limit + 2 }, () => web.ask(path, from(1)));
    for (const { status } of await firstSettled(greedy, 2)) assert.equal(status, 503);
    const other = web.ask(path, from(2));
    release();
    assert.equal((await other).status, 200);
    const all = await Promise.all(greedy);
    assert.equal(all.filter(({ status }) => status === 200).length, limit);
    assert.equal((await web.ask(path, from(1))).status, 200);
  });
}

test("when all exports are taken by clients that hardly read, the slowest gives up its place", async (t) => {
  let nowMs = 0;
  const { web, release } = await startSlow(t, () => nowMs);
  const slow = Array.from({ length: 20 }, (_, at) => web.ask("/r/a/export", from(at)));
  const fate = Promise.allSettled(slow);
  // Each is under way once a twenty-first is refused.
  while ((await web.ask("/r/a/export", from(20))).status !== 503) await nextTurn();
  nowMs = 4_999;
  assert.equal((await web.ask("/r/a/export", from(20))).status, 503, "they had no time to begin");
  nowMs = 5_000;
  const next = web.ask("/r/a/export", from(20));
  await firstFailed(slow);
  release();
  assert.equal((await next).status, 200);
  assert.equal((await fate).filter(({ status }) => status === "rejected").length, 1);
});

test("of answers that nobody takes, the oldest is cut off when they hold too much memory", async () => {
  const untaken = new UntakenAnswers(100);
  const answer = (): Response => new ServerResponse(new IncomingMessage(new Socket())) as Response;
  const [first, second, third, fourth] = [answer(), answer(), answer(), answer()];
  const cut = once(first, "close");
  untaken.add(first, 60);
  untaken.add(second, 30);
  assert.equal(first.destroyed, false);
  untaken.add(third, 60);
  await cut;
  assert.equal(second.destroyed, false);
  third.destroy();
  await once(third, "close");
  untaken.add(fourth, 1_000);
  assert.equal(second.destroyed, true);
  assert.equal(fourth.destroyed, false, "a page longer than all that is allowed is still sent");
});

async function firstFailed(asked: readonly Promise<Answer>[]): Promise<void> {
  await new Promise<void>((resolve) => asked.forEach((answer) => void answer.catch(() => resolve())));
}

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
