/** Half-open handshakes, and connections that wait for nothing: over a limit the oldest goes, never the newest. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { limitWaiting, type WaitingLimits } from "../../src/websocket/waiting-connections.ts";

const ask = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

async function start(
  t: TestContext,
  limits: WaitingLimits,
  ready: Promise<unknown> = Promise.resolve(),
): Promise<Server> {
  const server = createServer((_request, response) => void ready.then(() => response.end("answer")));
  limitWaiting(server, limits);
  server.on("upgrade", (_request, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  server.listen(0);
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  return server;
}

/** Connected, and known to the server. */
async function open(t: TestContext, server: Server, host = "127.0.0.1"): Promise<Socket> {
  const accepted = once(server, "connection");
  const socket = connect((server.address() as AddressInfo).port, host).on("error", () => undefined);
  t.after(() => socket.destroy());
  await accepted;
  return socket.resume();
}

async function speak(socket: Socket, bytes: string): Promise<string> {
  socket.write(bytes);
  return String((await once(socket, "data"))[0]);
}

test("of connections that say nothing, the oldest of an address is closed for the newest, which is served", async (t) => {
  const server = await start(t, { silentPerAddress: 2, inAll: 100, graceMs: 0 });
  const [first, second, other] = [await open(t, server), await open(t, server), await open(t, server, "::1")];
  const closed = once(first, "close");
  const third = await open(t, server);
  await closed;
  for (const socket of [second, third, other]) assert.match(await speak(socket, ask), /^HTTP\/1.1 200/);
});

test("of a crowd that comes at once nobody is closed, until it is ten times as many as may wait", async (t) => {
  const server = await start(t, { silentPerAddress: 2, inAll: 100, graceMs: 60_000 });
  const sockets = [await open(t, server)];
  while (sockets.length < 20) sockets.push(await open(t, server));
  const [first, ...rest] = sockets;
  assert(first);
  const closed = once(first, "close");
  sockets.push(await open(t, server));
  await closed;
  for (const socket of rest) assert.match(await speak(socket, ask), /^HTTP\/1.1 200/);
});

test("while the event loop is held up nobody waits too long: nobody could be read meanwhile", async (t) => {
  const server = await start(t, { silentPerAddress: 1, inAll: 100, graceMs: 1_000 });
  const first = await open(t, server);
  const untilMs = performance.now() + 1_500;
  while (performance.now() < untilMs);
  await open(t, server);
  assert.match(await speak(first, ask), /^HTTP\/1.1 200/);
});

test("who has asked is silent no more, and keeps its connection whoever comes", async (t) => {
  const server = await start(t, { silentPerAddress: 1, inAll: 100, graceMs: 0 });
  const asked = await open(t, server);
  await speak(asked, ask);
  for (let at = 0; at < 5; at += 1) await open(t, server);
  assert.match(await speak(asked, ask), /^HTTP\/1.1 200/);
});

test("of all that wait, silent or answered, the one that waited longest is closed", async (t) => {
  const server = await start(t, { silentPerAddress: 100, inAll: 2, graceMs: 0 });
  const [first, second] = [await open(t, server), await open(t, server)];
  // Now it has waited less long than the second.
  await speak(first, ask);
  const closed = once(second, "close");
  await open(t, server);
  await closed;
  assert.match(await speak(first, ask), /^HTTP\/1.1 200/);
});

test("an upgraded connection waits for nothing", async (t) => {
  const server = await start(t, { silentPerAddress: 1, inAll: 1, graceMs: 0 });
  const upgraded = await open(t, server);
  const upgrade = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  assert.match(await speak(upgraded, upgrade), /^HTTP\/1.1 101/);
  const last = [await open(t, server), await open(t, server)].at(-1) ?? assert.fail();
  assert.match(await speak(last, ask), /^HTTP\/1.1 200/);
  assert.equal(upgraded.destroyed, false);
});

test("a connection with a request under way is not closed for others", async (t) => {
  const released = Promise.withResolvers<undefined>();
  const server = await start(t, { silentPerAddress: 1, inAll: 1, graceMs: 0 }, released.promise);
  const asking = await open(t, server);
  const asked = once(server, "request");
  asking.write(ask);
  await asked;
  for (let at = 0; at < 3; at += 1) await open(t, server);
  const answer = once(asking, "data");
  released.resolve(undefined);
  assert.match(String((await answer)[0]), /answer/);
});
