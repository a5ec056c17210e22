/** The `confab.v1` dialect, from real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Allowance } from "../../src/chat/allowance.ts";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import { subprotocol } from "../../src/protocol/client-frames.ts";
import { suggestedName } from "../../src/protocol/person-name.ts";
import { connect, connectPlain, newKey, TestClient } from "../support/client.ts";
import { startServer } from "../support/server.ts";

/** For limits that are met however long a machine takes. */
const standingStill = { limitsNow: () => 0 };

const message = (ref: string, text: string): object => ({ action: "message", ref, message: text });

test("hello is answered by a welcome that holds what a client needs", async (t) => {
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "500" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "  Ana " });
  const { uid, epoch, ...welcome } = ana.welcome;
  assert.match(uid, /^[a-z2-7]{16}$/);
  assert.match(epoch, /./);
  assert.deepEqual(welcome, {
    type: "welcome",
    room: "standup",
    id: 1,
    name: "Ana",
    head: 0,
    resumed: false,
    count: 1,
    people: [{ id: 1, uid, name: "Ana" }],
    limits: { max_frame_bytes: 65_536, max_message_chars: 500, messages_per_second: 0, message_burst: 20 },
  });
});

test("who brings no name gets a friendly one, made from the uid", async (t) => {
  const server = await startServer(t);
  const { welcome } = await connect(server.socket(), { key: newKey() });
  assert.equal(welcome.name, suggestedName(welcome.uid));
});

test("I1 a message is acknowledged after its own broadcast, with one seq and time", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  const ben = await connect(server.socket(), { key: newKey(), name: "Ben" });
  ana.send(message("r1", "hello"));
  const own = await ana.until("msg");
  const ack = await ana.until("ack");
  assert.deepEqual(own, {
    type: "msg",
    msg: "hello",
    id: 1,
    seq: ack.seq,
    uid: ana.welcome.uid,
    name: "Ana",
    at: ack.at,
    ref: "r1",
  });
  assert.deepEqual(await ben.until("msg"), own);
  assert(Math.abs(ack.at - Date.now()) < 60_000);
});

test("I3 a message sent twice with one ref is kept once, and acknowledged twice with one seq", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send(message("r1", "once"));
  ana.send(message("r1", "once"));
  ana.send(message("r2", "end"));
  const [first, second] = [await ana.until("ack"), await ana.until("ack")];
  await ana.until("ack");
  assert.deepEqual(second, first);
  assert.deepEqual(
    ana.all("msg").map(({ msg }) => msg),
    ["once", "end"],
  );
});

test("I3 the same ref with another text is refused", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send(message("r1", "one"));
  await ana.until("ack");
  ana.send(message("r1", "two"));
  const error = await ana.until("error");
  assert.equal(error.code, "ref_reused");
  assert.equal(error.ref, "r1");
});

test("I4 everybody sees one order, and what one person pipelines keeps its own", async (t) => {
  const server = await startServer(t);
  const writers = await Promise.all(
    ["Ana", "Ben", "Cem"].map((name) => connect(server.socket(), { key: newKey(), name })),
  );
  for (const writer of writers) {
    for (let at = 0; at < 50; at += 1) writer.send(message(`r${at}`, String(at)));
  }
  const orders = await Promise.all(
    writers.map(async (writer) => {
      while (writer.all("msg").length < 150) await writer.until("msg");
      return writer.all("msg");
    }),
  );
  const [first = []] = orders;
  for (const order of orders) assert.deepEqual(order, first);
  for (const { welcome } of writers) {
    const own = first.filter(({ uid }) => uid === welcome.uid).map(({ msg }) => Number(msg));
    assert.deepEqual(
      own,
      Array.from({ length: 50 }, (_, at) => at),
    );
  }
  const seqs = first.map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
  );
});

test("edit, delete and react reach everybody, and are acknowledged", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  const ben = await connect(server.socket(), { key: newKey(), name: "Ben" });
  ana.send(message("r1", "helo"));
  const { seq: target } = await ana.until("ack");
  ana.send({ action: "edit", ref: "r2", target, message: "hello" });
  ben.send({ action: "react", ref: "b1", target, emoji: "👋🏽", on: true });
  const edit = await ben.until("edit");
  assert.deepEqual([edit.target, edit.msg, edit.uid], [target, "hello", ana.welcome.uid]);
  const react = await ana.until("react");
  assert.deepEqual([react.target, react.emoji, react.on, react.name], [target, "👋🏽", true, "Ben"]);
  await ben.until("ack", ({ ref }) => ref === "b1");
  ana.send({ action: "delete", ref: "r3", target });
  assert.equal((await ben.until("delete")).target, target);
});

test("only its writer may edit or delete a message, and only one that is there", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey() });
  const ben = await connect(server.socket(), { key: newKey() });
  ana.send(message("r1", "mine"));
  const { seq: target } = await ana.until("ack");
  ben.send({ action: "edit", ref: "b1", target, message: "yours" });
  assert.equal((await ben.until("error")).code, "not_yours");
  ben.send({ action: "delete", ref: "b2", target });
  assert.equal((await ben.until("error")).code, "not_yours");
  ben.send({ action: "react", ref: "b3", target: target + 1_000, emoji: "👍", on: true });
  assert.equal((await ben.until("error")).code, "no_such_message");
});

for (const emoji of ["", "ab", "👍👍", "x", "<b>", "👨‍👩‍👧‍👦".repeat(2)]) {
  test(`${JSON.stringify(emoji)} is no reaction`, async (t) => {
    const server = await startServer(t);
    const ana = await connect(server.socket(), { key: newKey() });
    ana.send(message("r1", "x"));
    const { seq: target } = await ana.until("ack");
    ana.send({ action: "react", ref: "r2", target, emoji, on: true });
    assert.equal((await ana.until("error")).code, "bad_emoji");
  });
}

test("a key is the same person on another tab, announced once and gone with the last", async (t) => {
  const server = await startServer(t);
  const ben = await connect(server.socket(), { key: newKey(), name: "Ben" });
  const key = newKey();
  const tab = await connect(server.socket(), { key, name: "Ana" });
  await ben.until("presence", ({ joined }) => joined.some(({ uid }) => uid === tab.welcome.uid));
  const other = await connect(server.socket(), { key, name: "Somebody else" });
  assert.equal(other.welcome.uid, tab.welcome.uid);
  assert.equal(other.welcome.id, tab.welcome.id);
  assert.equal(other.welcome.name, "Ana", "the name of somebody present is not taken from hello");
  assert.equal(other.welcome.count, 2);
  await tab.close();
  other.send({ action: "ping" });
  await other.until("pong");
  assert.deepEqual(other.all("error"), [], "nobody else has that name");
  other.send(message("r1", "still here"));
  assert.equal((await ben.until("msg")).id, tab.welcome.id);
  const news = ben.all("presence");
  assert.equal(news.flatMap(({ joined }) => joined).filter(({ uid }) => uid === tab.welcome.uid).length, 1);
  assert.deepEqual(
    news.flatMap(({ left }) => left),
    [],
  );
});

test("a reconnect within ten seconds is neither a departure nor an arrival", async (t) => {
  const server = await startServer(t);
  const ben = await connectPlain(server.socket());
  const key = newKey();
  const before = await connect(server.socket(), { key });
  await ben.until("users", ({ count }) => count === 2);
  before.reset();
  const after = await connect(server.socket(), { key });
  assert.deepEqual([after.welcome.id, after.welcome.count], [before.welcome.id, 2]);
  after.send(message("r1", "back"));
  await ben.until("msg");
  assert.equal(ben.all("users").length, 2);
});

test("without a key there is no grace: the person is gone at once", async (t) => {
  const server = await startServer(t);
  const ben = await connectPlain(server.socket());
  const passing = await connect(server.socket());
  await passing.close();
  await ben.until("users", ({ new_user, id }) => !new_user && id === 2);
});

test("names are unique among those present; look-alikes and other cases are taken too", async (t) => {
  const server = await startServer(t);
  await connect(server.socket(), { key: newKey(), name: "Paul" });
  for (const name of ["paul", "PAUL", "Pаul", "Ｐaul", "P\u200daul", "Pau l"]) {
    const other = await connect(server.socket(), { key: newKey(), name });
    assert.notEqual(other.welcome.name, name);
    assert.equal((await other.until("error")).code, "name_taken");
    await other.close();
  }
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  ana.send({ action: "rename", name: "pauI" });
  assert.equal((await ana.until("error")).code, "name_taken");
  const elsewhere = await connect(server.socket("elsewhere"), { key: newKey(), name: "Paul" });
  assert.equal(elsewhere.welcome.name, "Paul");
});

for (const name of ["a\0b", "\ud800", "", "   ", "a\nb", "x".repeat(33), "\u202egnp", "\u200b\u200d"]) {
  test(`hello with the name ${JSON.stringify(name)} is welcomed under another, and told why`, async (t) => {
    const server = await startServer(t);
    const ana = await connect(server.socket(), { key: newKey(), name });
    assert.equal(ana.welcome.name, suggestedName(ana.welcome.uid));
    assert.equal((await ana.until("error")).code, "bad_name");
  });
}

test("a rename is told to everybody, and stands in the next message", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  const ben = await connect(server.socket(), { key: newKey(), name: "Ben" });
  await ana.until("presence", ({ joined }) => joined.some(({ uid }) => uid === ben.welcome.uid));
  ana.send({ action: "rename", name: "Anna" });
  ana.send({ action: "ping" });
  await ana.until("pong");
  assert.deepEqual(ana.all("presence").at(-1)?.renamed, [{ uid: ana.welcome.uid, name: "Anna" }], "at once");
  const { renamed } = await ben.until("presence", (presence) => presence.renamed.length > 0);
  assert.deepEqual(renamed, [{ uid: ana.welcome.uid, name: "Anna" }]);
  ana.send(message("r1", "hi"));
  assert.equal((await ben.until("msg")).name, "Anna");
});

test("typing is told to the others in the room, and not more than once in two seconds", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  const ben = await connect(server.socket(), { key: newKey() });
  for (let at = 0; at < 10; at += 1) ana.send({ action: "typing" });
  ana.send(message("r1", "x"));
  const { uid } = ana.welcome;
  assert.deepEqual(await ben.until("typing"), { type: "typing", uid, name: "Ana" });
  await ben.until("msg");
  assert.equal(ben.all("typing").length, 1);
});

test("ping is answered by pong", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket());
  ana.send({ action: "ping" });
  await ana.until("pong");
});

test("what is pipelined behind hello is taken after the welcome", async (t) => {
  const server = await startServer(t);
  const ana = new TestClient(server.socket(), subprotocol);
  await once(ana.websocket, "open");
  ana.send({ action: "hello", key: newKey() });
  ana.send(message("r1", "early"));
  assert.equal((await ana.next()).type, "welcome");
  await ana.until("ack", ({ ref }) => ref === "r1");
});

for (const [what, first] of [
  ["another action", { action: "ping" }],
  ["no JSON", "hello"],
  ["a hello of the wrong shape", { action: "hello", since: "yesterday" }],
] as const) {
  test(`a first frame that is ${what} is answered with an error and a close 4400`, async (t) => {
    const server = await startServer(t);
    const ana = new TestClient(server.socket(), subprotocol);
    await once(ana.websocket, "open");
    ana.send(first);
    assert.equal((await ana.next()).type, "error");
    assert.equal((await ana.closed).code, 4400);
  });
}

for (const key of ["", "short", "x".repeat(65), `${"x".repeat(30)} y`, `${"x".repeat(30)}=`]) {
  test(`the key ${JSON.stringify(key)} is refused with bad_key and a close 4500`, async (t) => {
    const server = await startServer(t);
    const ana = new TestClient(server.socket(), subprotocol);
    await once(ana.websocket, "open");
    ana.send({ action: "hello", key });
    assert.equal((await ana.until("error")).code, "bad_key");
    assert.equal((await ana.closed).code, 4500);
  });
}

test("a frame that cannot be read is answered with its ref, and the connection goes on (I8)", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket());
  ana.send({ action: "message", ref: "r1", message: 7 });
  const { code, ref } = await ana.until("error");
  assert.deepEqual([code, ref], ["bad_frame", "r1"]);
  ana.send({ action: "message", message: "no ref" });
  assert.equal((await ana.until("error")).code, "bad_frame");
  ana.send(message("r1", "now"));
  await ana.until("ack");
});

test("a flooder waits: rate_limited names the ref and the time, a resend of what is kept costs nothing", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "3" }, standingStill);
  const ana = await connect(server.socket(), { key: newKey() });
  for (let at = 1; at <= 4; at += 1) ana.send(message(`r${at}`, "x"));
  const limited = await ana.until("error");
  assert.deepEqual([limited.code, limited.ref], ["rate_limited", "r4"]);
  assert.equal(limited.retry_after_ms, 1_000);
  while (ana.all("ack").length < 3) await ana.until("ack");
  for (let at = 1; at <= 3; at += 1) ana.send(message(`r${at}`, "x"));
  while (ana.all("ack").length < 6) await ana.until("ack");
  assert.equal(ana.all("error").length, 1);
});

test("the log is read for a flooder's messages only so often, and who waits is let through all the same", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1000", MESSAGE_BURST: "1" });
  const ana = await connect(server.socket(), { key: newKey() });
  ana.send(message("kept", "x"));
  await ana.until("ack");
  const looks = t.mock.method(SqliteLog.prototype, "isKept");
  t.mock.method(Allowance.prototype, "waitMs", () => 1_000);
  for (let at = 0; at < 400; at += 1) ana.send(message(`r${at}`, "x"));
  await ana.until("error", ({ ref }) => ref === "r399");
  assert(ana.all("error").every(({ code }) => code === "rate_limited"));
  assert(looks.mock.callCount() >= 100 && looks.mock.callCount() < 400, `${looks.mock.callCount()}`);
  const answers = (): number => ana.all("ack").length + ana.all("error").length;
  while (ana.all("ack").length < 2) {
    const before = answers();
    ana.send(message("kept", "x"));
    while (answers() === before) await ana.next();
  }
});

test("renames cost what messages cost, and a second hello is an error that changes nobody", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "2" }, standingStill);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  ana.send({ action: "hello", key: newKey(), name: "Eve" });
  const again = await ana.until("error");
  assert.deepEqual([again.code, again.message], ["bad_frame", "You said hello already."]);
  for (const name of ["Ann", "Anne", "Annie"]) ana.send({ action: "rename", name });
  const limited = await ana.until("error");
  assert.deepEqual([limited.code, limited.message], ["rate_limited", "Too much at once."]);
  assert.equal(limited.retry_after_ms, 1_000);
  const ben = await connect(server.socket(), { key: newKey() });
  assert(ben.welcome.people.some(({ uid, name }) => uid === ana.welcome.uid && name === "Anne"));
});

test("what one person sends too much of is counted over all their tabs, and harms nobody else", async (t) => {
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "3" }, standingStill);
  const key = newKey();
  const [tab, other] = [await connect(server.socket(), { key }), await connect(server.socket(), { key })];
  for (let at = 1; at <= 3; at += 1) tab.send(message(`r${at}`, "x"));
  while (tab.all("ack").length < 3) await tab.until("ack");
  other.send(message("o1", "x"));
  assert.equal((await other.until("error")).code, "rate_limited");
  const ben = await connect(server.socket(), { key: newKey() });
  ben.send(message("b1", "x"));
  await ben.until("ack");
});

test("somebody who came and went within a moment is not left standing with those who saw them", async (t) => {
  const server = await startServer(t);
  const passing = await connect(server.socket());
  const witness = await connect(server.socket(), { key: newKey() });
  assert(witness.welcome.people.some(({ uid }) => uid === passing.welcome.uid));
  await passing.close();
  await witness.until("presence", ({ left }) => left.includes(passing.welcome.uid));
});
