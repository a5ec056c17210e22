/** The article's protocol, rules A1 to A5, from real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, connectPlain, newKey, type TestClient } from "../support/client.ts";
import { startServer } from "../support/server.ts";

const say = (message: string): object => ({ action: "message", message });

async function join(url: string, count: number): Promise<TestClient[]> {
  const clients: TestClient[] = [];
  for (let id = 1; id <= count; id += 1) {
    const client = await connectPlain(url);
    await client.until("users", (users) => users.id === id && users.new_user);
    clients.push(client);
  }
  return clients;
}

test("A1 everybody, the newcomer included, gets the article's users frame byte for byte", async (t) => {
  const server = await startServer(t);
  const ana = await connectPlain(server.socket());
  await ana.next();
  const ben = await connectPlain(server.socket());
  await ben.next();
  await ana.next();
  assert.deepEqual(ana.texts, [
    '{"type":"users","count":1,"new_user":true,"id":1}',
    '{"type":"users","count":2,"new_user":true,"id":2}',
  ]);
  assert.deepEqual(ben.texts, ['{"type":"users","count":2,"new_user":true,"id":2}']);
});

test("A2 a message goes to everybody, the sender included, and begins as the article's msg frame", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await join(server.socket("standup"), 2);
  assert(ana && ben);
  ben.send(say('"hi" \\ <b>'));
  for (const client of [ana, ben]) {
    const frame = await client.until("msg");
    assert.equal(frame.msg, '"hi" \\ <b>');
    assert.equal(frame.id, 2);
    assert.match(client.texts.at(-1) ?? "", /^\{"type":"msg","msg":"\\"hi\\" \\\\ <b>","id":2,/);
  }
});

test("A2 what plain clients say again is kept again, from one connection, another and one that came later", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await join(server.socket("standup"), 2);
  assert(ana && ben);
  for (const client of [ana, ana, ben]) client.send(say("again"));
  for (let time = 0; time < 3; time += 1) await ana.until("msg");
  await ben.close(1000);
  const back = await connectPlain(server.socket("standup"));
  back.send(say("again"));
  await ana.until("msg");
  const response = await fetch(`${server.url}/r/standup/events?limit=50`);
  const page = (await response.json()) as { readonly events: readonly { readonly msg: string }[] };
  assert.deepEqual(
    page.events.map(({ msg }) => msg),
    ["again", "again", "again", "again"],
  );
});

test("A3 those who remain are told who left and how many are there", async (t) => {
  const server = await startServer(t);
  const [ana, ben, cem] = await join(server.socket(), 3);
  assert(ana && ben && cem);
  await ben.close(1000);
  for (const client of [ana, cem]) {
    await client.until("users", (users) => !users.new_user);
    assert.equal(client.texts.at(-1), '{"type":"users","count":2,"new_user":false,"id":2}');
  }
});

test("A4 ids count up in each room, and start from 1 again after the last person has left", async (t) => {
  const server = await startServer(t);
  const [ana, ben] = await join(server.socket("a"), 2);
  const [elsewhere] = await join(server.socket("b"), 1);
  assert(ana && ben && elsewhere);
  await ana.close();
  await ben.until("users", (users) => !users.new_user);
  const cem = await connectPlain(server.socket("a"));
  assert.equal((await cem.until("users")).id, 3, "2 is still there, so counting goes on");
  await ben.close();
  await cem.close();
  const [again] = await join(server.socket("a"), 1);
  assert.deepEqual(again?.frames[0], { type: "users", count: 1, new_user: true, id: 1 });
});

test("A5 a plain client is only ever sent users, msg and errors that answer it", async (t) => {
  const server = await startServer(t);
  const [plain] = await join(server.socket(), 1);
  assert(plain);
  const ana = await connect(server.socket(), { key: newKey(), name: "Ana" });
  ana.send({ action: "typing" });
  ana.send({ action: "rename", name: "Ann" });
  ana.send({ action: "message", ref: "r1", message: "first" });
  const { seq } = await ana.until("ack");
  ana.send({ action: "edit", ref: "r2", target: seq, message: "edited" });
  ana.send({ action: "react", ref: "r3", target: seq, emoji: "👍", on: true });
  ana.send({ action: "delete", ref: "r4", target: seq });
  ana.send({ action: "nonsense" });
  ana.send({ action: "message", ref: "r5", message: "last" });
  await plain.until("msg", (frame) => frame.msg === "last");
  assert.deepEqual(
    plain.frames.map((frame) => frame.type),
    ["users", "users", "msg", "msg"],
  );
});

test("A5 a burst of joins reaches each client as one users frame a join, in order, from its own on", async (t) => {
  const server = await startServer(t);
  const count = 100;
  const clients = await Promise.all(Array.from({ length: count }, () => connectPlain(server.socket())));
  const ids = await Promise.all(
    clients.map(async (client) => {
      await client.until("users", (users) => users.count === count);
      const seen = client.all("users").map((users) => users.id);
      const own = seen[0] ?? 0;
      assert.deepEqual(
        seen,
        Array.from({ length: count - own + 1 }, (_, at) => own + at),
      );
      return own;
    }),
  );
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    Array.from({ length: count }, (_, at) => at + 1),
  );
});

test("A5 above 256 people joins are told together, and each newcomer still learns its own id", async (t) => {
  const server = await startServer(t);
  const clients = await Promise.all(Array.from({ length: 300 }, () => connectPlain(server.socket())));
  const own = new Set<number>();
  for (const client of clients) {
    const first = await client.until("users");
    assert(first.new_user);
    own.add(first.id);
    if (first.count < 300) await client.until("users", (users) => users.count === 300);
  }
  assert.equal(own.size, 300, "every id once");
  const [witness] = clients;
  assert((witness?.all("users").length ?? 300) < 300, "the last joins came together");
});

for (const count of [1, 2, 5, 20]) {
  test(`${count} plain clients all see all messages in one order`, async (t) => {
    const server = await startServer(t);
    const clients = await join(server.socket(), count);
    const perClient = 10;
    for (let round = 0; round < perClient; round += 1) {
      clients.forEach((client, at) => client.send(say(`${at + 1}:${round}`)));
    }
    const orders = await Promise.all(
      clients.map(async (client) => {
        while (client.all("msg").length < count * perClient) await client.until("msg");
        return client.all("msg").map(({ id, msg }) => `${id} ${msg}`);
      }),
    );
    const [first = []] = orders;
    for (const order of orders) assert.deepEqual(order, first);
    for (let id = 1; id <= count; id += 1) {
      const own = first.filter((entry) => entry.startsWith(`${id} `));
      assert.deepEqual(
        own,
        Array.from({ length: perClient }, (_, round) => `${id} ${id}:${round}`),
      );
    }
  });
}

test("rooms are isolated (I9)", async (t) => {
  const server = await startServer(t);
  const [here] = await join(server.socket("here"), 1);
  const [there] = await join(server.socket("there"), 1);
  assert(here && there);
  there.send(say("only there"));
  await there.until("msg");
  here.send(say("only here"));
  assert.equal((await here.until("msg")).msg, "only here");
});

test("every spelling of a room's name is the same room", async (t) => {
  const server = await startServer(t);
  const [small] = await join(server.socket("straße"), 1);
  assert(small);
  const shouted = await connectPlain(`${server.socket()}r/STRA%C3%9FE/`);
  await shouted.until("users", (users) => users.id === 2);
  shouted.send(say("hi"));
  assert.equal((await small.until("msg")).id, 2);
});
