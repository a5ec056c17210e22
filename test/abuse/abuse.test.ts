/**
 * Every attack of `npm run abuse` at a hundredth of its size: the process lives, others are heard, and what is hostile in
 * a request or a frame is answered as what it is. Figures are that script's.
 */
import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { connect, connectPlain, newKey } from "../support/client.ts";
import { frame, opcodes, RawPeer } from "../support/raw-peer.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { smuggling } from "./attacks.ts";
import { upgrade } from "./means.ts";
import { Watch } from "./watch.ts";

/**
 * Fixed for the suite. For minutes, with seeds of its own:
 * `FUZZ_SECONDS=300 node --test --test-name-pattern='^whatever (text|bytes)' test/abuse/abuse.test.ts`, 300 for each of three.
 */
const fuzzSeconds = Number(process.env["FUZZ_SECONDS"] ?? "0");
const fuzz =
  fuzzSeconds > 0
    ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: fuzzSeconds * 1_000 }
    : { seed: 20_260, numRuns: 150 };

test("whatever is done to it, the process lives and others are heard", async (t) => {
  const watch = await Watch.start(t);
  const seen = await watch.during("all", 1, 3_000);
  assert(seen.megabytes > 0 && seen.megabytes < 1_024, `${seen.megabytes} MB`);
});

/** All that comes back until the server closes; the last request asks it to. */
async function ask(server: TestServer, bytes: string): Promise<string> {
  const socket = connectTcp(Number(new URL(server.url).port), "127.0.0.1").on("error", () =>
    socket.destroy(),
  );
  socket.write(bytes, "latin1");
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

for (const request of smuggling) {
  test(`${JSON.stringify(request)} is one refusal, and its connection is closed`, async (t) => {
    const server = await startServer(t);
    const after = "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    const statuses = [...(await ask(server, request + after)).matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(
      ([, status]) => status,
    );
    assert(statuses.length <= 1, statuses.join());
    assert(
      statuses.every((status) => status?.startsWith("4") === true),
      statuses.join(),
    );
  });
}

for (const path of [
  "/static/../package.json",
  "/static/%2e%2e/package.json",
  "/static/%252e%252e/package.json",
  "/static/..%2fpackage.json",
  "/static/..%5cpackage.json",
  "/static/app/../../package.json",
  "/static/app/%00.js",
  "/static/app/manifest.json%00.js",
  "/static//etc/passwd",
  "//etc/passwd",
  "/r/../static/../package.json",
  "/r/%2e%2e%2fpackage.json",
  "/r/a%00b",
  "/r/%ff",
  "/..",
  "\\package.json",
  "*",
]) {
  test(`${path} reaches nothing`, async (t) => {
    const server = await startServer(t);
    const answer = await ask(server, `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 (?:400|403|404) /);
    assert.doesNotMatch(answer, /devDependencies|root:/);
  });
}

async function errorFor(t: TestContext, texts: readonly string[]): Promise<readonly string[]> {
  const server = await startServer(t);
  const [ana, ben] = [
    await connect(server.socket("a"), { key: newKey(), name: "Ana" }),
    await connect(server.socket("a"), { key: newKey(), name: "Ben" }),
  ];
  for (const text of texts) ana.send(text);
  ana.send({ action: "message", ref: "last", message: "last" });
  await ben.until("msg", ({ msg }) => msg === "last");
  await ana.until("ack");
  assert.deepEqual(Object.keys(Object.prototype), []);
  return ana.all("error").map(({ code }) => code);
}

test("hostile JSON is an error to its sender, pollutes nothing, and the next frame is read", async (t) => {
  const say = (fields: string): string => `{"action":"message","ref":"r",${fields}}`;
  const codes = await errorFor(t, [
    `${"[".repeat(32_000)}${"]".repeat(32_000)}`,
    `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`,
    '{"__proto__":{"action":"ping","polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}},"action":"toString"}',
    say('"message":1e999'),
    say('"message":"a","reply_to":1e308'),
    say('"message":"a","reply_to":-1'),
    say('"message":"a","reply_to":0.5'),
    say('"message":"a","message":["b"]'),
    say('"message":{"toString":"x"}'),
    say('"message":"\\ud800"'),
    say('"message":"\\u0000"'),
    '{"action":"rename","name":"\\u202eanA"}',
    '{"action":"rename","name":"\\u200b\\u2060"}',
    '{"action":"rename","name":"\\u3164"}',
    '{"action":"rename","name":"B\\u0435n"}',
    '{"action":"rename","name":"Ben\\u200d"}',
  ]);
  assert.deepEqual(codes, [
    ...["bad_frame", "bad_frame", "bad_frame", "unknown_action"],
    ...Array<string>(8).fill("bad_frame"),
    ...["bad_name", "bad_name", "bad_name", "name_taken", "name_taken"],
  ]);
});

const anything = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .record(
      {
        action: fc.oneof(
          fc.constantFrom("hello", "message", "edit", "delete", "react", "rename", "typing", "ping"),
          fc.string(),
        ),
        ref: fc.oneof(fc.string({ maxLength: 70 }), fc.constant("r"), fc.jsonValue()),
        message: fc.oneof(fc.string({ unit: "binary", maxLength: 5_000 }), fc.jsonValue()),
        name: fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.jsonValue()),
        target: fc.oneof(fc.maxSafeInteger(), fc.double(), fc.constant(1), fc.jsonValue()),
        emoji: fc.oneof(fc.constant("👍"), fc.string({ unit: "grapheme", maxLength: 40 }), fc.jsonValue()),
        on: fc.oneof(fc.boolean(), fc.jsonValue()),
        reply_to: fc.oneof(fc.maxSafeInteger(), fc.jsonValue()),
        since: fc.oneof(fc.maxSafeInteger(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

test("whatever text a client sends, it is answered or ignored, and read on (I8)", async (t) => {
  const server = await startServer(t);
  const key = newKey();
  let said = 0;
  const property = fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 8 }), async (texts) => {
    // A connection a round: one that said all of it on a quick machine would rightly be closed as a flood.
    const ana = await connect(server.socket("a"), { key });
    for (const text of texts) ana.send(text);
    const ref = `mark${(said += 1)}`;
    ana.send({ action: "message", ref, message: ref });
    await ana.until("ack", (ack) => ack.ref === ref);
    await ana.close();
  });
  await fc.assert(property, fuzz);
});

const anyFrame = fc
  .tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.oneof(
      anything,
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    ),
    fc.record({
      fin: fc.boolean(),
      rsv: fc.constantFrom(0, 0, 0, 0, 1, 4),
      isMasked: fc.constantFrom(true, true, true, false),
    }),
  )
  .map(([opcode, payload, shape]) => frame(opcode, payload, shape));
const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

/** Who says more at once is rightly closed as a flood. */
const frameBurst = 500;

test("whatever bytes a socket sends, it is closed or read on, and nobody else notices", async (t) => {
  const server = await startServer(t);
  let witness = await connectPlain(server.socket("a"));
  let said = 0;
  const sent = fc.array(fc.oneof(anyFrame, anyFrame, anyBytes), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(
    sent,
    fc.constantFrom(undefined, "confab.v1"),
    async (pieces, dialect) => {
      const peer = await RawPeer.connect(server.socket("a"), dialect);
      await peer.send(Buffer.concat(pieces), 97);
      peer.socket.end(frame(opcodes.close));
      if (said % frameBurst === frameBurst - 1) {
        await witness.close();
        witness = await connectPlain(server.socket("a"));
      }
      const words = `mark${(said += 1)}`;
      witness.send({ action: "message", message: words });
      await witness.until("msg", ({ msg }) => msg === words);
      peer.socket.destroy();
    },
  );
  await fc.assert(property, fuzz);
});

test("whatever bytes come instead of a request, the next request is answered", async (t) => {
  const server = await startServer(t);
  const piece = fc.oneof(
    fc.constantFrom(
      "GET ",
      "POST ",
      "/r/a",
      "/",
      " HTTP/1.1",
      " HTTP/1.0",
      "\r\n",
      "\n",
      "Host: h\r\n",
      "Upgrade: websocket\r\n",
    ),
    fc.constantFrom(
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n\r\n",
      ": ",
      "\0",
      upgrade(),
    ),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  const property = fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
    const socket = connectTcp(Number(new URL(server.url).port), "127.0.0.1").on("error", () => undefined);
    socket.resume().end(pieces.join(""));
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    socket.destroy();
  });
  await fc.assert(property, fuzz);
});
