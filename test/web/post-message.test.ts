import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { connect, connectPlain } from "../support/client.ts";
import { everyMessage } from "../support/events-pages.ts";
import { spawnServer, startServer, type TestServer } from "../support/server.ts";

const token = "a-token-of-the-operator";
const env = { POST_TOKEN: token };

type Body = string | Uint8Array<ArrayBuffer> | URLSearchParams;

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly seq?: number;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

async function post(url: string, body: Body, headers: Record<string, string> = {}): Promise<Answered> {
  const authorization = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", body, headers: { ...authorization, ...headers } });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered["body"],
  };
}

function say(server: TestServer, message: object, room = "ops"): Promise<Answered> {
  return post(`${server.url}/r/${room}/messages`, JSON.stringify(message));
}

test("a posted message is told to everybody in the room, numbered, and marked as a bot's", async (t) => {
  const server = await startServer(t, env);
  const ana = await connect(server.socket("ops"));
  const plain = await connectPlain(server.socket("ops"));
  const { status, body } = await say(server, { text: "Deployed **1.2**", name: "CI", ref: "build-7" });
  assert.equal(status, 201);
  const { seq, ...shown } = await ana.until("msg");
  assert.equal(seq, body.seq);
  const { name, msg, ref, bot, id } = shown;
  assert.deepEqual(
    { name, msg, ref, bot, id },
    { name: "CI", msg: "Deployed **1.2**", ref: "build-7", bot: true, id: 0 },
  );
  assert.equal((await plain.until("msg")).msg, "Deployed **1.2**");
});

test("I3 a ref posted again is kept once: 200 with the first number; with another text it is refused", async (t) => {
  const server = await startServer(t, env);
  const first = await say(server, { text: "once", name: "CI", ref: "r1" });
  const again = await say(server, { text: "once", name: "CI", ref: "r1" });
  assert.deepEqual([first.status, again.status, again.body.seq], [201, 200, first.body.seq]);
  const other = await say(server, { text: "something else", name: "CI", ref: "r1" });
  assert.deepEqual([other.status, other.body.error?.code], [409, "ref_reused"]);
  // Another name is another poster, whose refs are its own.
  assert.equal((await say(server, { text: "once", name: "Cron", ref: "r1" })).status, 201);
  assert.equal((await everyMessage(server.url, "ops")).length, 2);
});

test("the same name is the same poster after a restart, and in no way a person's", async (t) => {
  const server = await spawnServer(t, env);
  await say(server, { text: "before", name: "CI" });
  await server.stop();
  const again = await spawnServer(t, { ...env, DATA_DIR: server.dataDir });
  await say(again, { text: "after", name: " CI " });
  const [before, after] = await everyMessage(again.url, "ops");
  assert.equal(after?.uid, before?.uid);
  const person = await connect(again.socket("ops"), { name: "CI" });
  assert.notEqual(person.welcome.uid, before?.uid);
});

test("without a name it is the Webhook, any spelling of the room will do, and two posts without ref are two", async (t) => {
  const server = await startServer(t, env);
  for (const room of ["Ops", "%6Fps"]) assert.equal((await say(server, { text: "hi" }, room)).status, 201);
  const kept = await everyMessage(server.url, "ops");
  assert.deepEqual(
    kept.map(({ name, msg }) => [name, msg]),
    [
      ["Webhook", "hi"],
      ["Webhook", "hi"],
    ],
  );
});

test("what is sent to Slack's incoming webhooks is taken: JSON, the form with a payload, attachments, blocks", async (t) => {
  const server = await startServer(t, env);
  const url = `${server.url}/r/ops/messages`;
  const form = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) });
  const asForm = { "Content-Type": "application/x-www-form-urlencoded" };
  const sent = [
    await say(server, { text: "plain", username: "Alerts", icon_emoji: ":fire:", channel: "#ops" }),
    await post(url, form({ text: "form", username: "Alerts" }), asForm),
    await post(url, new URLSearchParams({ text: "fields", name: "Shell" }), asForm),
    await say(server, {
      attachments: [{ fallback: "f", title: "Disk full", text: "on db1" }, { fallback: "only this" }],
    }),
    await say(server, {
      blocks: [{ type: "divider" }, { type: "section", text: { type: "mrkdwn", text: "a block" } }],
    }),
    await say(server, { text: "all", blocks: 7, attachments: [null, { text: 5, title: "still" }] }),
  ];
  assert.deepEqual(
    sent.map(({ status }) => status),
    sent.map(() => 201),
  );
  const kept = await everyMessage(server.url, "ops");
  assert.deepEqual(
    kept.map(({ name, msg }) => `${name}: ${msg}`),
    [
      "Alerts: plain",
      "Alerts: form",
      "Shell: fields",
      "Webhook: Disk full\non db1\nonly this",
      "Webhook: a block",
      "Webhook: all\nstill",
    ],
  );
});

test("without POST_TOKEN posting is off, and the answer says how to turn it on", async (t) => {
  const server = await startServer(t);
  const { status, body } = await say(server, { text: "hi" });
  assert.deepEqual([status, body.error?.code], [403, "forbidden"]);
  assert.match(body.error?.message ?? "", /POST_TOKEN/);
  assert.deepEqual(await everyMessage(server.url, "ops"), []);
});

test("only the token opens it, nothing else that looks like one; and no answer or log line holds it", async (t) => {
  const server = await spawnServer(t, { ...env, LOG_LEVEL: "trace" });
  const url = `${server.url}/r/ops/messages`;
  const wrong = [
    "",
    "Bearer",
    `Basic ${btoa(`x:${token}`)}`,
    token,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
  ];
  for (const Authorization of wrong) {
    const { status, headers, body } = await post(`${url}?token=${token}`, '{"text":"hi"}', { Authorization });
    assert.deepEqual([status, body.error?.code], [401, "unauthorized"], Authorization);
    assert.equal(headers.get("WWW-Authenticate"), "Bearer");
    assert.ok(!JSON.stringify(body).includes(token));
  }
  assert.equal((await say(server, { text: "hush" })).status, 201);
  await server.stop();
  assert.ok(!server.output.some((line) => line.includes(token) || line.includes("hush")));
});

test("a mistake in what is posted is told by field, with what is allowed", async (t) => {
  const server = await startServer(t, env);
  const url = `${server.url}/r/ops/messages`;
  const mistakes: readonly [body: string, code: string, words: RegExp][] = [
    ["{", "bad_json", /not JSON/],
    ["null", "bad_json", /not JSON/],
    ["[]", "bad_parameter", /"text" is missing/],
    ["{}", "bad_parameter", /"text" is missing/],
    ['{"text":5}', "bad_parameter", /"text" is not a text/],
    ['{"text":"  "}', "bad_parameter", /"text"/],
    ['{"text":"a\\u0000"}', "bad_parameter", /NUL/],
    ['{"text":"\\ud83e"}', "bad_parameter", /half/],
    ['{"text":"a","ref":"a b"}', "bad_parameter", /"ref".*1 to 64/],
    ['{"text":"a","name":"\\u202eevil"}', "bad_name", /name/],
    ['{"text":"a","name":""}', "bad_name", /name/],
    ['{"__proto__":{"text":"a"}}', "bad_parameter", /"text" is missing/],
  ];
  for (const [body, code, words] of mistakes) {
    const answer = await post(url, body);
    assert.deepEqual([answer.status, answer.body.error?.code], [400, code], body);
    assert.match(answer.body.error?.message ?? "", words, body);
  }
  assert.deepEqual(await everyMessage(server.url, "ops"), []);
});

test("a form's payload that is no JSON, and a body that is no text, are told so", async (t) => {
  const server = await startServer(t, env);
  const url = `${server.url}/r/ops/messages`;
  const asForm = { "Content-Type": "application/x-www-form-urlencoded" };
  const saidOf = async (body: Body, headers?: Record<string, string>) => {
    const { status, body: answer } = await post(url, body, headers);
    return [status, answer.error?.code, answer.error?.message];
  };
  assert.deepEqual(await saidOf("payload={", asForm), [400, "bad_json", "The body is not JSON."]);
  const object = 'The body must be an object like {"text": "hello"}.';
  assert.deepEqual(await saidOf("payload=5", asForm), [400, "bad_parameter", object]);
  const latin1 = Buffer.from('{"text":"caf\xe9"}', "latin1");
  assert.deepEqual(await saidOf(latin1), [400, "bad_json", "The body is not UTF-8."]);
});

test("a message and a body have their length, and compressed or unknown bodies are not read", async (t) => {
  const server = await startServer(t, { ...env, MAX_MESSAGE_CHARS: "5" });
  const url = `${server.url}/r/ops/messages`;
  assert.equal((await say(server, { text: "🦦🦦🦦🦦🦦" })).status, 201);
  const codeOf = async (body: Body, headers?: Record<string, string>) => {
    const answer = await post(url, body, headers);
    return [answer.status, answer.body.error?.code];
  };
  assert.deepEqual(await codeOf('{"text":"123456"}'), [413, "too_long"]);
  assert.deepEqual(await codeOf(JSON.stringify({ text: "a", more: "x".repeat(65_536) })), [413, "too_long"]);
  const zipped = { "Content-Encoding": "gzip" };
  assert.deepEqual(await codeOf(gzipSync('{"text":"a"}'), zipped), [415, "bad_content_type"]);
  assert.deepEqual(await codeOf("hi", { "Content-Type": "text/plain" }), [415, "bad_content_type"]);
  const latin = { "Content-Type": "application/json; charset=latin1" };
  assert.deepEqual(await codeOf('{"text":"a"}', latin), [415, "bad_content_type"]);
  assert.deepEqual(await codeOf("[".repeat(60_000)), [400, "bad_json"]);
});

test("of who does not show the token no body is read", async (t) => {
  const server = await startServer(t, env);
  const socket = connectTcp(Number(new URL(server.url).port), "127.0.0.1");
  // Announces a body and never sends it.
  socket.write(
    "POST /r/ops/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n",
  );
  const answer = await textOf(socket);
  assert.match(answer, /^HTTP\/1\.1 401 /);
  assert.match(answer, /\r\nConnection: close\r\n/i);
});

/** For limits that are met however long a machine takes. */
const standingStill = { limitsNow: () => 0 };

test("too many posts of one name are told when to come back, a repeat is let through, others are not held up", async (t) => {
  const server = await startServer(
    t,
    { ...env, MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "2" },
    standingStill,
  );
  for (const ref of ["r1", "r2"])
    assert.equal((await say(server, { text: "hi", name: "CI", ref })).status, 201);
  const refused = await say(server, { text: "hi", name: "CI", ref: "r3" });
  assert.deepEqual([refused.status, refused.body.error?.code], [429, "rate_limited"]);
  assert.equal(refused.headers.get("Retry-After"), "1");
  assert.equal((await say(server, { text: "hi", name: "CI", ref: "r1" })).status, 200);
  assert.equal((await say(server, { text: "hi", name: "Cron", ref: "r1" })).status, 201);
});

test("an address may post ten times what one name may, whatever names it makes up", async (t) => {
  const server = await startServer(
    t,
    { ...env, MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "1" },
    standingStill,
  );
  const statuses: number[] = [];
  for (let poster = 0; poster < 12; poster += 1)
    statuses.push((await say(server, { text: "hi", name: `Bot ${poster}` })).status);
  assert.deepEqual(statuses, [...Array<number>(10).fill(201), 429, 429]);
});

test("other methods are refused, a name that is no room's is not found", async (t) => {
  const server = await startServer(t, env);
  const got = await fetch(`${server.url}/r/ops/messages`);
  assert.deepEqual([got.status, got.headers.get("Allow")], [405, "POST"]);
  assert.equal((await say(server, { text: "hi" }, "-")).status, 404);
});
