import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocketServer, type WebSocket } from "ws";
import { backoffMs } from "../../src/browser/backoff.ts";
import { Connection, type ConnectionState, type OutFrame } from "../../src/browser/connection.ts";
import type { ServerFrame } from "../../src/protocol/server-frames.ts";

/** A server of bare sockets, and a connection to it. The clock is the test's: no pause takes time. */
class Line {
  readonly connection: Connection;
  readonly states: ConnectionState["state"][] = [];
  readonly frames: ServerFrame[] = [];
  readonly #server: WebSocketServer;

  constructor(t: TestContext, server: WebSocketServer) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.connection = new Connection({
      url: `ws://127.0.0.1:${port}/r/room`,
      hello: () => ({ action: "hello", key: "k".repeat(32) }),
      onState: ({ state }) => {
        this.states.push(state);
        // As the room does: what waits goes out right behind the hello.
        if (state === "open") this.connection.send({ action: "message", ref: "a", message: "queued" });
      },
      onFrame: (frame) => this.frames.push(frame),
      random: () => 0,
    });
    t.after(async () => {
      this.connection.stop();
      // Sockets clear timers as they close; they have to be gone before the next test's clock is put in.
      const gone = [...server.clients].map((client) => once(client, "close"));
      for (const client of server.clients) client.terminate();
      await Promise.all([...gone, new Promise((resolve) => server.close(resolve))]);
    });
  }

  static async open(t: TestContext): Promise<Line> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "confab.v1" });
    await once(server, "listening");
    const line = new Line(t, server);
    t.mock.timers.enable({ apis: ["setTimeout"] });
    return line;
  }

  /** The next connection from the page, once it has said hello. */
  async next(): Promise<Peer> {
    const [socket] = (await once(this.#server, "connection")) as [WebSocket];
    return await Peer.greeted(socket);
  }

  get connections(): number {
    return this.#server.clients.size;
  }
}

class Peer {
  readonly said: OutFrame[] = [];
  readonly #socket: WebSocket;
  #onFrame: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      this.said.push(JSON.parse(data.toString()) as OutFrame);
      this.#onFrame();
    });
  }

  static async greeted(socket: WebSocket): Promise<Peer> {
    const peer = new Peer(socket);
    await peer.hears(2);
    return peer;
  }

  async hears(count: number): Promise<void> {
    while (this.said.length < count) await new Promise<void>((resolve) => (this.#onFrame = resolve));
  }

  /** Resolves when the page has heard it too. */
  async say(line: Line, frame: object): Promise<void> {
    const before = line.frames.length;
    this.#socket.send(JSON.stringify(frame));
    while (line.frames.length === before) await turn();
  }

  async close(line: Line, code: number): Promise<void> {
    this.#socket.close(code);
    while (!["waiting", "refused"].includes(line.states.at(-1) ?? "")) await turn();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const welcome = { type: "welcome" };

test("the hello goes first and what waits right behind it, before any answer", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  assert.deepEqual(
    peer.said.map(({ action }) => action),
    ["hello", "message"],
  );
  await peer.say(line, welcome);
  assert.deepEqual(line.states, ["connecting", "open", "live"]);
});

test("a lost connection comes back by itself after the pause", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.close(line, 1012);
  t.mock.timers.tick(199);
  await turn();
  assert.equal(line.states.at(-1), "waiting");
  t.mock.timers.tick(1);
  await line.next();
  assert.deepEqual(line.states, ["connecting", "open", "waiting", "connecting", "open"]);
});

test("the server names the pause before a restart, and it is kept even when the page is looked at", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.say(line, { type: "reconnect", after_ms: 7_000 });
  await peer.close(line, 1012);
  t.mock.timers.tick(6_999);
  line.connection.check();
  await turn();
  assert.equal(line.states.at(-1), "waiting");
  t.mock.timers.tick(1);
  await line.next();
});

test("closed for flooding, it waits five seconds", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.close(line, 4429);
  t.mock.timers.tick(4_999);
  await turn();
  assert.equal(line.states.at(-1), "waiting");
  t.mock.timers.tick(1);
  await line.next();
});

test("told not to come back, it does not", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.close(line, 4500);
  assert.equal(line.states.at(-1), "refused");
  line.connection.check();
  t.mock.timers.tick(3_600_000);
  await turn();
  assert.equal(line.states.at(-1), "refused");
});

test("a half-open connection is noticed within 45 seconds", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.say(line, welcome);
  t.mock.timers.tick(20_000);
  await peer.hears(3);
  assert.equal(peer.said.at(-1)?.action, "ping");
  t.mock.timers.tick(10_000);
  assert.equal(line.states.at(-1), "waiting");
  t.mock.timers.tick(200);
  await line.next();
});

test("an answered ping keeps the connection", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  await peer.say(line, welcome);
  for (const pings of [1, 2, 3, 4]) {
    t.mock.timers.tick(20_000);
    await peer.hears(2 + pings);
    await peer.say(line, { type: "pong" });
  }
  assert.deepEqual(line.states, ["connecting", "open", "live"]);
});

test("a check while waiting goes at once; while live it finds out whether anybody is there", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const lost = await line.next();
  await lost.close(line, 1001);
  line.connection.check();
  const peer = await line.next();
  await peer.say(line, welcome);
  line.connection.check();
  await peer.hears(3);
  assert.equal(peer.said.at(-1)?.action, "ping");
  t.mock.timers.tick(4_000);
  assert.equal(line.states.at(-1), "waiting");
});

test("what a newer server says in words unknown here is ignored", async (t) => {
  const line = await Line.open(t);
  line.connection.start();
  const peer = await line.next();
  const before = line.frames.length;
  await peer.say(line, welcome);
  await Promise.all([peer.say(line, { type: "pong" }), peer.say(line, { type: "fireworks" })]);
  assert.deepEqual(
    line.frames.slice(before).map(({ type }) => type),
    ["welcome", "pong"],
  );
});

test("nothing can be said without a socket", async (t) => {
  const line = await Line.open(t);
  assert.equal(line.connection.send({ action: "ping" }), false);
  assert.equal(line.connections, 0);
});

test("the first pause is 0.2 to 1 s, each further one up to twice as long, 30 s at most", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, 1)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  );
  assert.deepEqual([backoffMs(0, 0), backoffMs(50, 0), backoffMs(0, 0.5)], [200, 200, 600]);
});
