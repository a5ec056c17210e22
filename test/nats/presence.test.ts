/** People of several nodes in one room, with a real nats-server between them. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Person, PresenceFrame } from "../../src/protocol/server-frames.ts";
import { connect, connectPlain, newKey, TestClient } from "../support/client.ts";
import { startNats, type NatsServer } from "../support/nats.ts";
import { spawnServer, startServer, type ServerProcess, type TestServer } from "../support/server.ts";

type Client = Awaited<ReturnType<typeof connect>>;

const shared = { SECRET: "the same for every node of the chat, and long" };

async function nodes(t: TestContext, nats: NatsServer, count: number): Promise<TestServer[]> {
  const env = { ...shared, NATS_URL: nats.url };
  return Promise.all(Array.from({ length: count }, () => startServer(t, env)));
}

function hasJoined(name: string): (frame: PresenceFrame) => boolean {
  return ({ joined }) => joined.some((person) => person.name === name);
}

async function peopleOf(node: TestServer, room = "lobby"): Promise<{ count: number; people: Person[] }> {
  const answer = await fetch(`${node.url}/r/${encodeURIComponent(room)}/people`);
  return (await answer.json()) as { count: number; people: Person[] };
}

/** Asks until it is so: what other nodes know comes by itself, but nobody is told when. */
async function untilPeople(node: TestServer, names: readonly string[], room?: string): Promise<void> {
  const wanted = names.toSorted().join();
  for (;;) {
    const { people } = await peopleOf(node, room);
    if (
      people
        .map(({ name }) => name)
        .toSorted()
        .join() === wanted
    )
      return;
  }
}

test("people of all nodes are in one list and one count, on sockets and over HTTP", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two, three] = await nodes(t, nats, 3);
  assert(one && two && three);
  const ana = await connect(one.socket(), { key: newKey(), name: "Ana" });
  await untilPeople(two, ["Ana"]);
  const ben = await connect(two.socket(), { key: newKey(), name: "Ben" });
  assert.equal(ben.welcome.count, 2);
  assert.deepEqual(ben.welcome.people.map(({ name }) => name).toSorted(), ["Ana", "Ben"]);
  assert.equal((await ana.until("presence", hasJoined("Ben"))).count, 2);
  // Nobody of the third node is in the room.
  await untilPeople(three, ["Ana", "Ben"]);
  ben.send({ action: "rename", name: "Benno" });
  await ana.until("presence", ({ renamed }) => renamed.some(({ name }) => name === "Benno"));
  await untilPeople(three, ["Ana", "Benno"]);
  assert.deepEqual(await peopleOf(three, "elsewhere"), { count: 0, people: [] });
});

test("who is typing is told on every node", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two] = await nodes(t, nats, 2);
  assert(one && two);
  const ana = await connect(one.socket(), { key: newKey(), name: "Ana" });
  const ben = await connect(two.socket(), { key: newKey(), name: "Ben" });
  ana.send({ action: "typing" });
  assert.equal((await ben.until("typing")).name, "Ana");
});

test("A1 A3 A4 plain clients of all nodes are counted together, under numbers that are theirs alone", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two] = await nodes(t, nats, 2);
  assert(one && two);
  const ana = await connectPlain(one.socket());
  await ana.until("users", ({ id, count }) => id === 1 && count === 1);
  await untilPeople(two, ["User 1"]);
  const ben = await connectPlain(two.socket());
  await ben.until("users", ({ id, count, new_user }) => id === 2 && count === 2 && new_user);
  await ana.until("users", ({ id, count, new_user }) => id === 2 && count === 2 && new_user);
  await ben.close();
  await ana.until("users", ({ id, count, new_user }) => id === 2 && count === 1 && !new_user);
  assert.deepEqual(
    ana.all("users").map(({ count }) => count),
    [1, 2, 1],
  );
});

test("A4 numbers are unique over nodes when hundreds come at once, and start again when all have left", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const all = await nodes(t, nats, 3);
  const sockets = Array.from({ length: 240 }, (_, at) => all[at % 3]?.socket() ?? "");
  const clients = await Promise.all(sockets.map((socket) => connectPlain(socket)));
  const ids = await Promise.all(clients.map(async (client) => (await client.until("users")).id));
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    Array.from({ length: 240 }, (_, at) => at + 1),
  );
  await Promise.all(clients.map((client) => client.close()));
  for (const node of all) await untilPeople(node, []);
  const [again] = all;
  assert.equal((await (await connectPlain(again?.socket() ?? "")).until("users")).id, 1);
});

test("what is sent behind a hello is taken after the welcome, in order", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [node] = await nodes(t, nats, 1);
  assert(node);
  const client = new TestClient(node.socket(), "confab.v1");
  client.websocket.on("open", () => {
    client.send({ action: "hello", key: newKey(), name: "Ana" });
    for (const ref of ["r1", "r2", "r3"]) client.send({ action: "message", ref, message: ref });
  });
  const seen = [];
  while (seen.length < 4) {
    const frame = await client.next();
    if (frame.type === "welcome") seen.push("welcome");
    if (frame.type === "ack") seen.push(frame.ref);
  }
  assert.deepEqual(seen, ["welcome", "r1", "r2", "r3"]);
});

test("a second tab on another node is the same person, who leaves with the last of them", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two] = await nodes(t, nats, 2);
  assert(one && two);
  const key = newKey();
  const first = await connect(one.socket(), { key, name: "Ana" });
  await untilPeople(two, ["Ana"]);
  const second = await connect(two.socket(), { key, name: "Somebody else" });
  const { id, uid, name, count } = second.welcome;
  assert.deepEqual({ id, uid, name, count }, { id: 1, uid: first.welcome.uid, name: "Ana", count: 1 });
  const ben = await connect(one.socket(), { key: newKey(), name: "Ben" });
  second.send({ action: "rename", name: "Anna" });
  // Ben was not told of Ana yet: her name may come with her.
  const named = ({ joined, renamed }: PresenceFrame) =>
    [...joined, ...renamed].some((p) => p.name === "Anna");
  await ben.until("presence", named);
  first.send({ action: "message", ref: "r1", message: "hi" });
  assert.equal((await first.until("msg")).name, "Anna", "on the first node too");
});

test("two of one name on two nodes at once: who came first keeps it, the other is renamed and told", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two] = await nodes(t, nats, 2);
  assert(one && two);
  const join = (node: TestServer): Promise<Client> => connect(node.socket(), { key: newKey(), name: "Ana" });
  // Neither node knows of the other's Ana when it welcomes its own: their news take longer than a welcome.
  const [ana, other] = await Promise.all([join(one), join(two)]);
  const renamed = ({ renamed: to }: PresenceFrame): boolean => to.some(({ name }) => name === "Ana 2");
  const hasToGiveWay = async (client: Client): Promise<Client> => {
    if (client.welcome.name === "Ana") await client.until("presence", renamed);
    return client;
  };
  const loser = await Promise.race([hasToGiveWay(ana), hasToGiveWay(other)]);
  assert.equal((await untilError(loser)).message, 'You are called "Ana 2" here.');
  for (const node of [one, two]) await untilPeople(node, ["Ana", "Ana 2"]);
});

async function untilError(client: Client): Promise<{ code: string; message: string }> {
  return client.all("error").at(0) ?? (await client.until("error"));
}

test("a killed node's people are gone within 15 s, and those who came back elsewhere never were", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const env = { ...shared, NATS_URL: nats.url };
  const [stays] = await nodes(t, nats, 1);
  const dies: ServerProcess = await spawnServer(t, env);
  assert(stays);
  const key = newKey();
  const ana = await connect(stays.socket(), { key: newKey(), name: "Ana" });
  await untilPeople(dies, ["Ana"]);
  await connect(dies.socket(), { key, name: "Ben" });
  await connect(dies.socket(), { key: newKey(), name: "Cem" });
  await untilPeople(stays, ["Ana", "Ben", "Cem"]);
  await dies.kill("SIGKILL");
  const killedMs = performance.now();
  const back = await connect(stays.socket(), { key, name: "Ben" });
  assert.equal(back.welcome.count, 3);
  for (;;) {
    if ((await peopleOf(stays)).count < 3) break;
  }
  assert(performance.now() - killedMs < 15_000, `${performance.now() - killedMs} ms`);
  await untilPeople(stays, ["Ana", "Ben"]);
  const left = ana.all("presence").flatMap((frame) => frame.left);
  assert(!left.includes(back.welcome.uid), "nobody was told that Ben had left");
});

test("while NATS is away everybody comes in, under a number of their node; then all see all again", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const [one, two] = await nodes(t, nats, 2);
  assert(one && two);
  await connect(one.socket(), { key: newKey(), name: "Ana" });
  await untilPeople(two, ["Ana"]);
  await nats.kill();
  const startedMs = performance.now();
  const ben = await connect(two.socket(), { key: newKey(), name: "Ben" });
  assert(performance.now() - startedMs < 2_000);
  assert.equal(ben.welcome.id, 2);
  await nats.start();
  await untilPeople(one, ["Ana", "Ben"]);
});
