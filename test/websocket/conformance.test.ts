/**
 * The cases of the Autobahn test suite for a server (framing, pings, reserved bits, opcodes, fragments, UTF-8, closing,
 * limits), seen from a room: what a witness is told, the pongs and errors the peer gets, and the code it is closed
 * with. Every case is sent in one piece and again one byte at a time, and however it ends, the peer leaves once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { connectPlain, type TestClient } from "../support/client.ts";
import { closeFrame, frame, opcodes, RawPeer, type FrameShape } from "../support/raw-peer.ts";
import { startServer, type TestServer } from "../support/server.ts";

const { continuation, text, binary, ping, pong } = opcodes;
const unfinished: FrameShape = { fin: false };
const maxFrameBytes = 65_536;

interface Case {
  readonly name: string;
  readonly sent: readonly Buffer[];
  /** What the room is told the peer said. */
  readonly said?: readonly string[];
  readonly pongs?: readonly string[];
  readonly errors?: readonly string[];
  /** The code the server closes with; left out where the connection is to stay open. */
  readonly close?: number;
}

/** The article's message, with JSON strings written as they are: bytes outside ASCII stay what they are. */
function say(words: string | Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('{"action":"message","message":"'),
    Buffer.from(words),
    Buffer.from('"}'),
  ]);
}

/** A message of exactly this many bytes, most of them in a field that nobody reads. */
function sayPadded(words: string, bytes: number): Buffer {
  const shortest = JSON.stringify({ action: "message", message: words, padding: "" });
  return Buffer.from(shortest.replace(/"}$/, `${"*".repeat(bytes - shortest.length)}"}`));
}

/** One text message in frames that end at these bytes. */
function fragments(payload: Buffer, ...ends: number[]): Buffer[] {
  const bounds = [0, ...ends, payload.length];
  return bounds.slice(1).map((end, at) => {
    const shape = { fin: at === ends.length };
    return frame(at === 0 ? text : continuation, payload.subarray(bounds[at], end), shape);
  });
}

const hi = frame(text, say("hi"));
const half = say("half").subarray(0, 10);

const framing: Case[] = [
  { name: "an empty text", sent: [frame(text)], errors: ["bad_json"] },
  ...[125, 126, 127, 128, 65_535, maxFrameBytes].map((bytes) => ({
    name: `a text of ${bytes} bytes`,
    sent: [frame(text, sayPadded("hi", bytes))],
    said: ["hi"],
  })),
  {
    name: "a length of 2 bytes that 7 bits would hold",
    sent: [frame(text, say("hi"), { lengthBytes: 2 })],
    said: ["hi"],
  },
  {
    name: "a length of 8 bytes that 7 bits would hold",
    sent: [frame(text, say("hi"), { lengthBytes: 8 })],
    said: ["hi"],
  },
  ...[0, 1, 125, 126, maxFrameBytes].map((bytes) => ({
    name: `a binary frame of ${bytes} bytes`,
    sent: [frame(binary, Buffer.alloc(bytes, 0xfe)), hi],
    close: 1003,
  })),
  { name: "an unmasked text", sent: [frame(text, say("hi"), { isMasked: false })], close: 1002 },
  { name: "an unmasked ping", sent: [frame(ping, "", { isMasked: false })], close: 1002 },
  { name: "an unmasked close frame", sent: [Buffer.from([0x88, 0x00])], close: 1002 },
];

const pings: Case[] = [
  { name: "a ping without payload", sent: [frame(ping)], pongs: [""] },
  { name: "a ping with a text", sent: [frame(ping, "Hello, world!")], pongs: ["Hello, world!"] },
  {
    name: "a ping with bytes that are no text",
    sent: [frame(ping, Buffer.from("00fffefdfcfb00ff", "hex"))],
    pongs: [Buffer.from("00fffefdfcfb00ff", "hex").toString("latin1")],
  },
  { name: "a ping of 125 bytes", sent: [frame(ping, "p".repeat(125))], pongs: ["p".repeat(125)] },
  { name: "a ping of 126 bytes", sent: [frame(ping, "p".repeat(126))], close: 1002 },
  { name: "a pong nobody asked for", sent: [frame(pong)] },
  { name: "a pong with a payload that nobody asked for", sent: [frame(pong, "unasked")] },
  {
    name: "a pong nobody asked for, then a ping",
    sent: [frame(pong, "unasked"), frame(ping, "asked")],
    pongs: ["asked"],
  },
  {
    name: "ten pings",
    sent: Array.from("0123456789", (digit) => frame(ping, digit)),
    pongs: Array.from("0123456789"),
  },
];

const reservedBits: Case[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => ({
    name: `a text with reserved bits ${rsv}`,
    sent: [frame(text, say("hi"), { rsv })],
    close: 1002,
  })),
  {
    name: "a message, then one with a reserved bit, then a ping",
    sent: [hi, frame(text, say("no"), { rsv: 4 }), frame(ping)],
    said: ["hi"],
    close: 1002,
  },
  { name: "a ping with reserved bits", sent: [frame(ping, "", { rsv: 6 })], close: 1002 },
  { name: "a close frame with reserved bits", sent: [frame(opcodes.close, "", { rsv: 7 })], close: 1002 },
  {
    name: "a continuation with a reserved bit",
    sent: [frame(text, half, unfinished), frame(continuation, "", { rsv: 4 })],
    close: 1002,
  },
];

const reservedOpcodes: Case[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  { name: `reserved opcode ${opcode}`, sent: [frame(opcode)], close: 1002 },
  {
    name: `a message, then reserved opcode ${opcode} with a payload, then a ping`,
    sent: [hi, frame(opcode, "x"), frame(ping)],
    said: ["hi"],
    close: 1002,
  },
]);

const fragmentation: Case[] = [
  {
    name: "a ping in two fragments",
    sent: [frame(ping, "a", unfinished), frame(continuation, "b")],
    close: 1002,
  },
  {
    name: "a pong in two fragments",
    sent: [frame(pong, "a", unfinished), frame(continuation, "b")],
    close: 1002,
  },
  { name: "a close frame that is not final", sent: [frame(opcodes.close, "", unfinished)], close: 1002 },
  { name: "a message in two fragments", sent: fragments(say("whole"), 12), said: ["whole"] },
  {
    name: "a message in five fragments, some empty",
    sent: fragments(say("whole"), 0, 5, 5, 20),
    said: ["whole"],
  },
  {
    name: "a ping between two fragments",
    sent: between(say("whole"), frame(ping, "inside")),
    pongs: ["inside"],
    said: ["whole"],
  },
  {
    name: "a pong between two fragments",
    sent: between(say("whole"), frame(pong, "inside")),
    said: ["whole"],
  },
  { name: "a continuation of nothing", sent: [frame(continuation, say("hi")), hi], close: 1002 },
  {
    name: "an unfinished continuation of nothing",
    sent: [frame(continuation, say("hi"), unfinished), hi],
    close: 1002,
  },
  {
    name: "a continuation after the message ended",
    sent: [...fragments(say("whole"), 12), frame(continuation, "more"), hi],
    said: ["whole"],
    close: 1002,
  },
  { name: "a new message inside another", sent: [frame(text, half, unfinished), hi], close: 1002 },
  {
    name: "a binary frame inside a message",
    sent: [frame(text, half, unfinished), frame(binary)],
    close: 1002,
  },
  {
    name: "a message in a fragment for each byte",
    sent: fragments(say("whole"), ...Array.from({ length: 30 }, (_, at) => at + 1)),
    said: ["whole"],
  },
  {
    name: "more fragments than a message can need",
    sent: [
      frame(text, "", unfinished),
      Buffer.concat(Array.from({ length: 1_024 }, () => frame(continuation, "", unfinished))),
    ],
    close: 1008,
  },
];

function between(payload: Buffer, control: Buffer): Buffer[] {
  const [first, last] = fragments(payload, 12);
  assert(first && last);
  return [first, control, last];
}

const wellFormed = [
  "Hello-µ@ßöäüàá-UTF-8!!",
  "κόσμε",
  "\u0080",
  "\u0800",
  "\u{10000}",
  "\x7f",
  "\u07ff",
  "\ud7ff",
].concat(["\ue000", "\ufffd", "\ufffe", "\uffff", "\ufdd0", "\u{1fffe}", "\u{10fffe}", "\u{10ffff}"]);
const malformed = {
  "a surrogate among words": "cebae1bdb9cf83cebcceb5eda080656469746564",
  "a continuation byte alone": "80",
  "two continuation bytes": "80bf",
  "the start of two bytes alone": "c320",
  "the start of three bytes alone": "e020",
  "the start of four bytes alone": "f020",
  "two of three bytes": "e188",
  "three of four bytes": "f09080",
  "the byte fe": "fe",
  "the byte ff": "ff",
  "a slash in two bytes": "c0af",
  "a slash in three bytes": "e080af",
  "a slash in four bytes": "f08080af",
  "NUL in two bytes": "c080",
  "a high surrogate": "eda080",
  "a low surrogate": "edbfbf",
  "a pair of surrogates": "eda080edb080",
  "a character above U+10FFFF": "f4908080",
  "a character in five bytes": "f888808080",
  "a character in six bytes": "fc8480808080",
} as const;

const encoding: Case[] = [
  ...wellFormed.flatMap((words) => [
    { name: `well-formed ${JSON.stringify(words)}`, sent: [frame(text, say(words))], said: [words] },
    {
      name: `well-formed ${JSON.stringify(words)} in a fragment for each byte`,
      sent: byteFragments(say(words)),
      said: [words],
    },
  ]),
  ...Object.entries(malformed).flatMap(([what, hex]) => [
    { name: what, sent: [frame(text, say(Buffer.from(hex, "hex"))), hi], close: 1007 },
    {
      name: `${what} in a fragment for each byte`,
      sent: [...byteFragments(say(Buffer.from(hex, "hex"))), hi],
      close: 1007,
    },
  ]),
  {
    name: "half a character at the very end",
    sent: [frame(text, Buffer.from([0x22, 0xce])), hi],
    close: 1007,
  },
];

function byteFragments(payload: Buffer): Buffer[] {
  return fragments(payload, ...Array.from({ length: payload.length - 1 }, (_, at) => at + 1));
}

const goodCloses = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const badCloses = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

const closing: Case[] = [
  { name: "a message, then a close frame", sent: [hi, closeFrame(1000)], said: ["hi"], close: 1000 },
  { name: "an empty close frame", sent: [closeFrame()], close: 1005 },
  { name: "two close frames", sent: [closeFrame(1000), closeFrame(1001)], close: 1000 },
  { name: "a ping after a close frame", sent: [closeFrame(1000), frame(ping, "late")], close: 1000 },
  { name: "a message after a close frame", sent: [closeFrame(1000), hi], close: 1000 },
  { name: "a broken frame after a close frame", sent: [closeFrame(1000), frame(3)], close: 1000 },
  {
    name: "a close frame inside a message, its end after it",
    sent: [...between(say("whole"), closeFrame(1000))],
    close: 1000,
  },
  { name: "a close frame of one byte", sent: [frame(opcodes.close, "x")], close: 1002 },
  { name: "a close frame with a reason", sent: [closeFrame(1000, "bye")], close: 1000 },
  { name: "a close frame with the longest reason", sent: [closeFrame(1000, "*".repeat(123))], close: 1000 },
  { name: "a close frame with too long a reason", sent: [closeFrame(1000, "*".repeat(124))], close: 1002 },
  {
    name: "a close frame with a malformed reason",
    sent: [closeFrame(1000, Buffer.from("cebaeda080", "hex"))],
    close: 1007,
  },
  ...goodCloses.map((code) => ({ name: `close code ${code}`, sent: [closeFrame(code)], close: code })),
  ...badCloses.map((code) => ({ name: `close code ${code}`, sent: [closeFrame(code)], close: 1002 })),
];

const limits: Case[] = [
  {
    name: "a message of the largest size in 1,300-byte fragments",
    sent: fragments(
      sayPadded("hi", maxFrameBytes),
      ...Array.from({ length: 50 }, (_, at) => (at + 1) * 1_300),
    ),
    said: ["hi"],
  },
  {
    name: "a message one byte over, only announced",
    sent: [frame(text, "", { length: 65_537n })],
    close: 1009,
  },
  {
    name: "a message one byte over, in two fragments",
    sent: fragments(sayPadded("hi", maxFrameBytes + 1), maxFrameBytes),
    close: 1009,
  },
  {
    name: "a binary frame over the limit, only announced",
    sent: [frame(binary, "", { length: 65_537n })],
    close: 1009,
  },
  { name: "a length of 2^32", sent: [frame(text, "x", { length: 2n ** 32n })], close: 1009 },
  { name: "a length of 2^53", sent: [frame(text, "x", { length: 2n ** 53n })], close: 1009 },
  { name: "a length of 2^63", sent: [frame(text, "x", { length: 2n ** 63n })], close: 1009 },
  { name: "a length of 2^64 - 1", sent: [frame(text, "x", { length: 2n ** 64n - 1n })], close: 1009 },
];

for (const [family, cases] of Object.entries({
  "1 framing": framing,
  "2 pings and pongs": pings,
  "3 reserved bits": reservedBits,
  "4 reserved opcodes": reservedOpcodes,
  "5 fragments": fragmentation,
  "6 UTF-8": encoding,
  "7 closing": closing,
  "9 and 10 limits": limits,
})) {
  test(`conformance, ${family}`, { concurrency: 4 }, async (t) => {
    const server = await startServer(t);
    const played = cases.map((theCase, at) =>
      t.test(theCase.name, async () => {
        await play(server, `whole-${at}`, theCase, Infinity);
        // Node takes what it finds waiting at once, and a long case byte by byte would only be slow.
        const isLong = Buffer.concat(theCase.sent).length > 1_000;
        await play(server, `pieces-${at}`, theCase, isLong ? 997 : 1);
        await reset(server, `reset-${at}`, theCase);
      }),
    );
    await Promise.all(played);
  });
}

test("a message cut in two at any byte is one message", async (t) => {
  const server = await startServer(t);
  const { witness, peer } = await meet(server, "cut");
  const bytes = frame(text, say("\u00e9\u{1f600}"));
  for (let cut = 1; cut < bytes.length; cut += 1) {
    await peer.send(bytes.subarray(0, cut));
    await nextTurn();
    await peer.send(bytes.subarray(cut));
    await witness.until("msg", ({ msg }) => msg === "\u00e9\u{1f600}");
  }
  peer.socket.destroy();
  await hasLeftOnce(witness);
  assert.equal(witness.all("msg").length, bytes.length);
});

async function meet(server: TestServer, room: string): Promise<{ witness: TestClient; peer: RawPeer }> {
  const witness = await connectPlain(server.socket(room));
  const peer = await RawPeer.connect(server.socket(room));
  await witness.until("users", (users) => users.count === 2);
  return { witness, peer };
}

async function play(server: TestServer, room: string, theCase: Case, pieceBytes: number): Promise<void> {
  const { said = [], pongs = [], errors = [], close } = theCase;
  const { witness, peer } = await meet(server, room);
  await peer.send(Buffer.concat(theCase.sent), pieceBytes);
  if (close === undefined) {
    await peer.send(frame(text, say("over")));
    await peer.until(() => peer.messages.some(({ msg }) => msg === "over"));
    peer.socket.destroy();
  } else {
    await peer.until(() => peer.closeCode !== undefined);
    await peer.send(closeFrame(1000));
  }
  await peer.ended;
  await hasLeftOnce(witness);
  assert.equal(peer.closeCode, close);
  const told = witness.all("msg").filter(({ id }) => id === 2);
  assert.deepEqual(
    told.map(({ msg }) => msg),
    close === undefined ? [...said, "over"] : said,
  );
  assert.deepEqual(
    peer.payloads(pong).map((payload) => payload.toString("latin1")),
    pongs,
  );
  const refusals = peer.messages.filter(({ type }) => type === "error");
  assert.deepEqual(
    refusals.map(({ code }) => code),
    errors,
  );
  await witness.close();
}

/** Whatever the peer sent, it may also be gone before the server has read it. */
async function reset(server: TestServer, room: string, theCase: Case): Promise<void> {
  const { witness, peer } = await meet(server, room);
  await peer.send(Buffer.concat(theCase.sent));
  peer.socket.resetAndDestroy();
  await peer.ended;
  await hasLeftOnce(witness);
  await witness.close();
}

/** One leave frame, with the right count, and nothing after it. */
async function hasLeftOnce(witness: TestClient): Promise<void> {
  await witness.until("users", (users) => !users.new_user);
  witness.send(say("later").toString());
  await witness.until("msg", ({ msg }) => msg === "later");
  assert.deepEqual(
    witness.all("users").filter((users) => !users.new_user),
    [{ type: "users", count: 1, new_user: false, id: 2 }],
  );
}
