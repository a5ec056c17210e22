/** One read of a socket brings hundreds of frames: how much of that is handed on at once, and what of it while paused. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { createHttpServer } from "../../src/http-server.ts";
import type { Caller } from "../../src/websocket/caller.ts";
import { Turns } from "../../src/turns.ts";
import { Listener } from "../../src/websocket/listener.ts";
import { Reader } from "../../src/websocket/sliced-reading.ts";
import type { WebSocketService } from "../../src/websocket/service.ts";
import { frame, opcodes } from "../support/raw-peer.ts";
import { serveListener } from "../support/served-listener.ts";

const frameCount = 400;
/** Somewhat more than a slice holds. */
const fewFrames = 40;
const said = Array.from({ length: frameCount }, (_, at) => `frame ${at}`);
const handshake =
  "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
/** So that they come in one read, behind the request. */
const everything = Buffer.concat([
  Buffer.from(handshake),
  ...said.map((text) => frame(opcodes.text, text.padEnd(100))),
]);

interface Served {
  readonly connect: () => Socket;
  /** What was handed to the service, and "closed". */
  readonly calls: string[];
}

async function serve(
  t: TestContext,
  onMessage: (caller: Caller, text: string) => void,
  onClose = (): void => undefined,
): Promise<Served> {
  const calls: string[] = [];
  const service: WebSocketService = {
    init: () => undefined,
    onOpen: () => undefined,
    onMessage: (caller, text) => {
      calls.push(text.trim());
      onMessage(caller, text.trim());
    },
    onPing: () => undefined,
    onPong: () => undefined,
    onIdleTimeout: () => undefined,
    onClose: () => {
      calls.push("closed");
      onClose();
    },
    onError: () => undefined,
  };
  const options = {
    ...{ allowedOrigins: [], maxConnections: 100, maxConnectionsPerAddress: 0, subprotocols: [] },
    ...{ trustProxyHops: 0, maxFrameBytes: 1_000, usualFrameBytes: 1_000, pingIntervalMs: 60_000 },
    ...{
      onWarning: () => undefined,
      onRefusal: () => undefined,
      onOpened: () => undefined,
      onClosed: () => undefined,
      turns: new Turns(() => performance.now()),
    },
  };
  const listener = new Listener(options, () => service);
  const port = await serveListener(
    t,
    listener,
    createHttpServer(() => undefined),
  );
  return {
    calls,
    connect: () =>
      connect(port, "127.0.0.1")
        .on("error", () => undefined)
        .resume(),
  };
}

async function join(served: Served): Promise<Socket> {
  const socket = served.connect();
  socket.write(handshake);
  await once(socket, "data");
  return socket;
}

/** As long as a frame takes on a slow machine, say. */
function work(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

test("who is paused is handed nothing more of what had come already, and all of it in order later", async (t) => {
  const { promise: paused, resolve: isPaused } = Promise.withResolvers<Caller>();
  const { promise: over, resolve: isOver } = Promise.withResolvers<undefined>();
  const served = await serve(t, (caller, text) => {
    if (text === said[0]) {
      caller.pauseReading();
      isPaused(caller);
    }
    if (text === said.at(-1)) isOver(undefined);
  });
  served.connect().write(everything);
  const caller = await paused;
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  assert(served.calls.length <= fewFrames, `${served.calls.length} frames`);
  caller.resumeReading();
  await over;
  assert.deepEqual(served.calls, said);
});

test("somebody else is heard before all that one read brought is handled", async (t) => {
  const quiet = { socket: undefined as Socket | undefined };
  const { promise: over, resolve: isOver } = Promise.withResolvers<undefined>();
  const served = await serve(t, (_caller, text) => {
    if (text === said[0]) quiet.socket?.write(frame(opcodes.text, "me too"));
    work(0.2);
    if (text === said.at(-1)) isOver(undefined);
  });
  quiet.socket = await join(served);
  served.connect().write(everything);
  await over;
  const place = served.calls.indexOf("me too");
  assert(place > 0 && place < frameCount / 2, `behind ${place} frames`);
});

test("who says little waits for none of many who send without end", async (t) => {
  const loud = 80;
  let isOver = false;
  const quiet = { socket: undefined as Socket | undefined, askedAt: 0 };
  const { promise: heard, resolve: isHeard } = Promise.withResolvers<number>();
  const served: Served = await serve(t, (_caller, text) => {
    const place = served.calls.length;
    if (text === "me too") isHeard(place - quiet.askedAt);
    // By now all of them have more waiting than a slice.
    if (place === 3 * loud) {
      quiet.askedAt = place;
      quiet.socket?.write(frame(opcodes.text, "me too"));
    }
    const frameMs = isOver ? 0 : 0.2;
    work(frameMs);
  });
  quiet.socket = await join(served);
  for (let at = 0; at < loud; at += 1) served.connect().write(everything);
  const place = await heard;
  isOver = true;
  // Without turns of its own it waits for several frames of each.
  assert(place < 2 * loud, `behind ${place} frames of ${loud} others`);
});

test("who says little waits for none of many who say as little each time, a hundred times a second", async (t) => {
  const loud = 160;
  const quiet = { socket: undefined as Socket | undefined, askedAt: 0 };
  const others = new Map<string, Socket>();
  const { promise: heard, resolve: isHeard } = Promise.withResolvers<number>();
  const served: Served = await serve(t, (_caller, text) => {
    const place = served.calls.length;
    if (text === "me too") isHeard(place - quiet.askedAt);
    // By now each was heard twice.
    if (place === 3 * loud) {
      quiet.askedAt = place;
      quiet.socket?.write(frame(opcodes.text, "me too"));
    }
    work(0.2);
    others.get(text)?.write(frame(opcodes.text, text));
  });
  quiet.socket = await join(served);
  for (let at = 0; at < loud; at += 1) {
    const socket = served.connect();
    others.set(`other ${at}`, socket);
    socket.write(Buffer.concat([Buffer.from(handshake), frame(opcodes.text, `other ${at}`)]));
  }
  const place = await heard;
  others.clear();
  assert(place < loud / 2, `behind ${place} frames of ${loud} others`);
});

test("what somebody asked for counts half after eight seconds, and what comes then counts whole", () => {
  const reader = new Reader({ isPaused: false }, 1_000);
  reader.took(8, 1_000);
  assert.equal(reader.lately(9_000), 4);
  reader.took(2, 9_000);
  assert.equal(reader.lately(9_000), 6);
  assert.equal(reader.lately(25_000), 1.5);
});

test("where many wait, what they send next is left to the kernel until what came before is handled", async (t) => {
  const count = 64;
  const callers: Caller[] = [];
  const sockets: Socket[] = [];
  const { promise: met, resolve: areMet } = Promise.withResolvers<undefined>();
  const { promise: over, resolve: isOver } = Promise.withResolvers<number>();
  let [before, heard] = [0, 0];
  const served: Served = await serve(t, (caller, text) => {
    if (text === "hello" && callers.push(caller) === count) areMet(undefined);
    if (text !== "first") return;
    heard += 1;
    // All of what came first waits by now.
    if (heard === 1) for (const socket of sockets) socket.write(frame(opcodes.text, "second"));
    work(0.5);
    if (heard === count) isOver(caller.bytesReceived - before);
  });
  for (let at = 0; at < count; at += 1) sockets.push((await join(served)).setNoDelay());
  for (const socket of sockets) socket.write(frame(opcodes.text, "hello"));
  await met;
  before = callers[0]?.bytesReceived ?? 0;
  for (const socket of sockets) socket.write(frame(opcodes.text, "first"));
  assert.equal(await over, frame(opcodes.text, "first").length);
});

test("what came before the peer's side was closed is handed on before the close", async (t) => {
  const served = await serve(t, () => undefined);
  const socket = served.connect();
  socket.end(everything);
  await once(socket, "close");
  assert.deepEqual(served.calls, [...said, "closed"]);
});

test("what a peer that has vanished left unread is not handled any more, least of all at once", async (t) => {
  const { promise: begun, resolve: hasBegun } = Promise.withResolvers<undefined>();
  const { promise: closed, resolve: isClosed } = Promise.withResolvers<undefined>();
  const served = await serve(
    t,
    (caller) => {
      caller.pauseReading();
      hasBegun(undefined);
    },
    () => isClosed(undefined),
  );
  const peer = served.connect();
  peer.write(everything);
  await begun;
  peer.resetAndDestroy();
  await closed;
  assert.equal(served.calls.at(-1), "closed");
  // The rest of the slice had been handed on.
  assert.ok(served.calls.length < 20, `${served.calls.length} calls`);
});
