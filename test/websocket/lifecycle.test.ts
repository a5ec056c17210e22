/** The contract of a service: which of its methods are called, in which order, for every end a connection can have. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Caller } from "../../src/websocket/caller.ts";
import { Turns } from "../../src/turns.ts";
import { Listener, type ListenerOptions } from "../../src/websocket/listener.ts";
import type { WebSocketService } from "../../src/websocket/service.ts";
import { closeFrame, frame, opcodes, RawPeer } from "../support/raw-peer.ts";
import { serveListener } from "../support/served-listener.ts";

/** Writes down its calls, and does what a text tells it to. */
class Recorder implements WebSocketService {
  readonly calls: string[] = [];
  readonly closed: Promise<void>;
  #onClosed: (() => void) | undefined;

  constructor() {
    this.closed = new Promise((resolve) => (this.#onClosed = resolve));
  }

  init(): void | Promise<void> {
    this.calls.push("init");
  }

  onOpen(): void | Promise<void> {
    this.calls.push("onOpen");
  }

  onMessage(caller: Caller, text: string): void | Promise<void> {
    this.calls.push(`onMessage ${text}`);
    if (text === "close") caller.close({ code: 4000, reason: "asked to" });
    if (text === "terminate") caller.terminate();
    if (text === "throw") throw new Error("thrown");
    if (text === "reject") return Promise.reject(new Error("rejected"));
    return undefined;
  }

  onPing(): void {
    this.calls.push("onPing");
  }

  onPong(): void {
    this.calls.push("onPong");
  }

  onIdleTimeout(caller: Caller): void {
    this.calls.push("onIdleTimeout");
    caller.terminate();
  }

  onClose(_caller: Caller, code: number, reason: string): void {
    this.calls.push(reason === "" ? `onClose ${code}` : `onClose ${code} ${reason}`);
    this.#onClosed?.();
  }

  onError(_caller: Caller, error: Error): void {
    this.calls.push(`onError ${error.message}`);
  }
}

interface Listening {
  readonly pingIntervalMs?: number;
  readonly maxConnectionsPerAddress?: number;
  readonly turns?: ListenerOptions["turns"];
  /** By which limits count. It stands still: what is owed does not depend on how fast this machine is. */
  readonly now?: () => number;
}

async function listen(
  t: TestContext,
  create: () => WebSocketService,
  {
    pingIntervalMs = 60_000,
    maxConnectionsPerAddress = 0,
    turns = new Turns(() => performance.now()),
    now = () => 0,
  }: Listening = {},
): Promise<{ url: string; listener: Listener; warnings: string[] }> {
  const warnings: string[] = [];
  const options = {
    allowedOrigins: [],
    maxConnections: 10,
    maxConnectionsPerAddress,
    subprotocols: [],
    trustProxyHops: 0,
    maxFrameBytes: 1_000,
    usualFrameBytes: 250,
    onWarning: (event: string) => void warnings.push(event),
    onRefusal: () => undefined,
    onOpened: () => undefined,
    onClosed: () => undefined,
  };
  const listener = new Listener({ ...options, pingIntervalMs, turns }, create, now);
  const port = await serveListener(t, listener);
  return { url: `ws://127.0.0.1:${port}/`, listener, warnings };
}

const say = (text: string): Buffer => frame(opcodes.text, text);

interface End {
  readonly name: string;
  readonly act: (peer: RawPeer) => unknown;
  /** After `init` and `onOpen`. */
  readonly calls: readonly string[];
}

const ends: End[] = [
  {
    name: "a close frame with a reason",
    act: (peer) => peer.send(closeFrame(4001, "bye")),
    calls: ["onClose 4001 bye"],
  },
  { name: "an empty close frame", act: (peer) => peer.send(closeFrame()), calls: ["onClose 1005"] },
  { name: "a reset", act: (peer) => peer.socket.resetAndDestroy(), calls: ["onClose 1006"] },
  { name: "the end of the peer's side alone", act: (peer) => peer.socket.end(), calls: ["onClose 1006"] },
  {
    name: "the end of the peer's side inside a frame",
    act: (peer) => peer.socket.end(say("hi").subarray(0, 7)),
    calls: ["onClose 1006"],
  },
  {
    name: "a message and the end at once",
    act: (peer) => peer.socket.end(say("hi")),
    calls: ["onMessage hi", "onClose 1006"],
  },
  {
    name: "a message and a close frame at once",
    act: (peer) => peer.send(Buffer.concat([say("hi"), closeFrame(1000), say("late")])),
    calls: ["onMessage hi", "onClose 1000"],
  },
  {
    name: "a corrupted frame",
    act: (peer) => peer.send(frame(3)),
    calls: ["onError Invalid WebSocket frame: invalid opcode 3", "onClose 1002"],
  },
  {
    name: "an oversized frame",
    act: (peer) => peer.send(say("x".repeat(1_001))),
    calls: ["onError Max payload size exceeded", "onClose 1009"],
  },
  {
    name: "a binary frame, with more behind it",
    act: (peer) => peer.send(Buffer.concat([frame(opcodes.binary), say("hi")])),
    calls: ["onClose 1003 text frames only"],
  },
  {
    name: "a close of ours, with more behind it",
    act: (peer) => peer.send(Buffer.concat([say("close"), say("hi"), frame(opcodes.ping)])),
    calls: ["onMessage close", "onClose 4000 asked to"],
  },
  {
    name: "a cut of ours",
    act: (peer) => peer.send(say("terminate")),
    calls: ["onMessage terminate", "onClose 1006"],
  },
  {
    name: "a handler that throws",
    act: (peer) => peer.send(Buffer.concat([say("throw"), say("hi")])),
    calls: ["onMessage throw", "onError thrown", "onClose 1011 internal error"],
  },
  {
    name: "a handler that rejects",
    act: (peer) => peer.send(say("reject")),
    calls: ["onMessage reject", "onError rejected", "onClose 1011 internal error"],
  },
];

for (const { name, act, calls } of ends) {
  test(`onClose is called once, and nothing after it, for ${name}`, async (t) => {
    const recorder = new Recorder();
    const { url, listener } = await listen(t, () => recorder);
    const peer = await RawPeer.connect(url);
    await act(peer);
    await recorder.closed;
    // What a peer says after its end, and the end of its socket, are no second end.
    await peer.send(Buffer.concat([closeFrame(1000), say("too late")]));
    peer.socket.destroy();
    await peer.ended;
    while (listener.connectionCount > 0) await nextTurn();
    assert.deepEqual(recorder.calls, ["init", "onOpen", ...calls]);
  });
}

test("a peer that answers no ping is told to the service as idle, and then ends", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder, { pingIntervalMs: 20 });
  const peer = await RawPeer.connect(url);
  await Promise.all([recorder.closed, peer.ended]);
  assert.deepEqual(recorder.calls, ["init", "onOpen", "onIdleTimeout", "onClose 1006"]);
  assert.equal(peer.payloads(opcodes.ping).length, 2);
});

test("no frame is read before onOpen completes, and pings and pongs are told in order with messages", async (t) => {
  let complete: (() => void) | undefined;
  class Slow extends Recorder {
    override onOpen(): Promise<void> {
      this.calls.push("onOpen");
      return new Promise((resolve) => {
        complete = (): void => {
          this.calls.push("opened");
          resolve();
        };
      });
    }
  }
  const recorder = new Slow();
  const { url } = await listen(t, () => recorder);
  const peer = await RawPeer.connect(url);
  await peer.send(Buffer.concat([frame(opcodes.ping), say("hi"), frame(opcodes.pong), closeFrame(1000)]));
  while (complete === undefined) await nextTurn();
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  complete();
  await recorder.closed;
  assert.deepEqual(recorder.calls, [
    "init",
    "onOpen",
    "opened",
    "onPing",
    "onMessage hi",
    "onPong",
    "onClose 1000",
  ]);
});

for (const [name, init] of [
  ["throws", () => assert.fail("no")],
  ["rejects", () => Promise.reject(new Error("no"))],
] as const) {
  test(`an init that ${name} refuses the upgrade with 500, and is no connection`, async (t) => {
    class Unwilling extends Recorder {
      override init(): Promise<void> {
        return init();
      }
    }
    const recorder = new Unwilling();
    const { url, listener, warnings } = await listen(t, () => recorder);
    await assert.rejects(RawPeer.connect(url), /500 Internal Server Error/);
    while (listener.connectionCount > 0) await nextTurn();
    assert.deepEqual(warnings, ["init_failed"]);
    assert.deepEqual(recorder.calls, []);
  });
}

test("what a flooder goes on sending is not read any more, and it is cut off", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder);
  const peer = await RawPeer.connect(url);
  const pings = Buffer.concat(Array.from({ length: 10_000 }, () => frame(opcodes.ping, "x".repeat(100))));
  const pump = (): void => {
    while (peer.socket.writable && peer.socket.write(pings));
  };
  peer.socket.on("drain", pump);
  pump();
  await peer.ended;
  assert.equal(peer.closeCode, 4429);
  assert.equal(recorder.calls.at(-1), "onClose 4429 too many frames, wait 5 s");
  assert(recorder.calls.length < 2_000);
  // What the kernel takes for a reader that does not read; one that reads takes a hundred times that in a minute.
  assert(peer.socket.bytesWritten < 32 * 1024 * 1024, `${peer.socket.bytesWritten} bytes`);
});

test("frames of the largest size are a flood long before five hundred", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder);
  const peer = await RawPeer.connect(url);
  await peer.send(Buffer.concat(Array.from({ length: 100 }, () => say("x".repeat(1_000)))));
  await recorder.closed;
  assert.match(recorder.calls.at(-1) ?? "", /^onClose 4429/);
  assert(recorder.calls.length > 5 && recorder.calls.length < 20, String(recorder.calls.length));
});

test("frames of the longest usual size are a flood four times as soon as short ones", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder);
  const peer = await RawPeer.connect(url);
  await peer.send(Buffer.concat(Array.from({ length: 2_000 }, () => say("x".repeat(250)))));
  await recorder.closed;
  assert.match(recorder.calls.at(-1) ?? "", /^onClose 4429/);
  assert(recorder.calls.length > 125 && recorder.calls.length < 480, String(recorder.calls.length));
});

test("an address that sends beyond its share is read more slowly where it is loud, and heard where it is quiet", async (t) => {
  class Loud extends Recorder {
    pingedAtMs = 0;
    override onPing(): void {
      super.onPing();
      this.pingedAtMs = performance.now();
    }
  }
  const [loudly, quietly] = [new Loud(), new Recorder()];
  const recorders = [loudly, quietly];
  // Two connections: twenty frames a second and at once, besides a person's forty on each.
  const { url } = await listen(t, () => recorders.shift() ?? assert.fail(), { maxConnectionsPerAddress: 2 });
  const [loud, quiet] = [await RawPeer.connect(url), await RawPeer.connect(url)];
  await loud.send(Buffer.concat(Array.from({ length: 80 }, () => frame(opcodes.ping))));
  while (loudly.calls.filter((call) => call === "onPing").length < 80) await nextTurn();
  await loud.send(say("late"));
  await quiet.send(say("hello"));
  while (!quietly.calls.includes("onMessage hello")) await nextTurn();
  assert(!loudly.calls.includes("onMessage late"));
  while (!loudly.calls.includes("onMessage late")) await nextTurn();
  // It owed twenty frames when it was held back.
  assert(performance.now() - loudly.pingedAtMs > 900);
});

test("a connection closed while it is held back hears of the peer's end", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder, { maxConnectionsPerAddress: 2 });
  const peer = await RawPeer.connect(url);
  await peer.send(Buffer.concat([...Array.from({ length: 80 }, () => frame(opcodes.ping)), say("close")]));
  await peer.until(() => peer.closeCode !== undefined);
  await peer.send(closeFrame(4000));
  await peer.ended;
  assert.equal(recorder.calls.at(-1), "onClose 4000 asked to");
});

test("more new connections from one address than it may ever need are refused with 429", async (t) => {
  const { url } = await listen(t, () => new Recorder(), { maxConnectionsPerAddress: 2 });
  let came = 0;
  const comeAndGo = async (): Promise<void> => {
    for (; came < 1_000; came += 1) {
      const peer = await RawPeer.connect(url);
      peer.socket.destroy();
      await peer.ended;
    }
  };
  await assert.rejects(comeAndGo, /429 Too Many Requests[^]*Retry-After: 1/);
  assert.equal(came, 20);
});

test("an address that owes two seconds of its share is closed with 4429 where it is loud", async (t) => {
  const recorder = new Recorder();
  const { url } = await listen(t, () => recorder, { maxConnectionsPerAddress: 2 });
  const peer = await RawPeer.connect(url);
  // A person's forty, twenty at once, and forty owed at twenty a second, of which the last is one too many.
  await peer.send(Buffer.concat(Array.from({ length: 300 }, () => frame(opcodes.ping))));
  await recorder.closed;
  assert.equal(recorder.calls.at(-1), "onClose 4429 too many frames, wait 5 s");
  const read = recorder.calls.filter((call) => call === "onPing").length;
  assert.equal(read, 99);
});

test("handshakes that come at once are made in turns, one after another", async (t) => {
  const jobs: (() => void)[] = [];
  const turns = { add: (job: () => void): void => void jobs.push(job) };
  const recorders: Recorder[] = [];
  const create = (): Recorder => {
    const recorder = new Recorder();
    recorders.push(recorder);
    return recorder;
  };
  const { url } = await listen(t, create, { turns });
  const peers = [RawPeer.connect(url), RawPeer.connect(url)];
  while (jobs.length < peers.length) await nextTurn();
  assert.equal(recorders.length, 0);
  jobs[0]?.();
  await Promise.race(peers);
  assert.equal(recorders.length, 1);
  jobs[1]?.();
  await Promise.all(peers);
  assert.equal(recorders.length, 2);
});
