/** Attacks on what a connection or a request may ask for: rooms, history, handshakes, bodies. */
import type { Socket } from "node:net";
import { newKey } from "../support/client.ts";
import { frame, opcodes } from "../support/raw-peer.ts";
import {
  crowd,
  drip,
  everyMs,
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

const { text, close, ping } = opcodes;
let rooms = 0;
const freshRoom = (): string => `/r/churn-${(rooms += 1)}`;
const post = (path: string, body: string, more = ""): string =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
/** Without a close frame, once what came first was answered. */
const joinAndGo = (path: () => string, ...sent: (() => Buffer)[]): Attack["run"] => {
  return (target) =>
    crowd(target, 100, (socket) => {
      const bytes = sent.map((make) => make());
      socket.write(Buffer.concat([Buffer.from(upgrade(path(), v1)), ...bytes]));
      setTimeout(() => socket.destroy(), 50);
    });
};

/** In the room of those who are watched, from three hundred addresses. */
const atAPersonsPace = (name: string, words: string, isReading: boolean): Attack => ({
  name,
  run: (target) =>
    crowd(
      target,
      300,
      (socket) => {
        socket.write(Buffer.concat([Buffer.from(upgrade("/r/watched", v1)), hello()]));
        everyMs(socket, 200, () => message(words));
      },
      { isReading, isFromAfar: true },
    ),
});

/** Six hundred, none of whom sends what alone would be too much. */
const oftenFromAfar = (name: string, bytes: () => Buffer): Attack => ({
  name,
  run: (target) =>
    crowd(
      target,
      600,
      (socket) => {
        socket.write(Buffer.concat([Buffer.from(upgrade("/r/fray", v1)), hello()]));
        everyMs(socket, 10, () => Buffer.concat(Array.from({ length: 4 }, bytes)));
      },
      { isFromAfar: true },
    ),
});

export const moreAttacks: readonly Attack[] = [
  oftenFromAfar("bad JSON from everywhere", () => say("{")),
  oftenFromAfar("pings from everywhere", () => frame(ping)),
  {
    name: "thousands come, and ask who is here",
    run: (target) => {
      const comes = (socket: Socket): void => {
        socket.write(Buffer.concat([Buffer.from(upgrade("/r/watched", v1)), hello()]));
      };
      crowd(target, 3_000, comes, { isFromAfar: true });
      crowd(target, 100, (socket) => pour(socket, () => get("/r/watched/people?q=")), { isFromAfar: true });
    },
  },
  { name: "a room a connection", run: joinAndGo(freshRoom, hello, () => message("first")) },
  {
    name: "all of a long room again and again",
    run: joinAndGo(
      () => "/r/long",
      () => say({ action: "hello", key: newKey(), since: 0 }),
    ),
  },
  {
    name: "all of a long room, and nobody reads",
    run: (target) =>
      crowd(
        target,
        199,
        (socket) => {
          const since = say({ action: "hello", key: newKey(), since: 0 });
          socket.write(Buffer.concat([Buffer.from(upgrade("/r/long", v1)), since]));
        },
        { isReading: false },
      ),
  },
  flood("hello again and again", 50, hello),
  flood("the longest messages", 50, () => message("👩🏽‍🚀".repeat(1_000))),
  atAPersonsPace("a busy room that nobody reads", "x".repeat(3_900), false),
  atAPersonsPace("a busy room of control characters", "\u0001".repeat(4_000), true),
  atAPersonsPace("a busy room of short words", "y".repeat(245), true),
  flood("keys of every object", 50, () =>
    say('{"__proto__":{"action":"ping"},"constructor":1,"toString":2}'),
  ),
  flood("edits of what is not theirs", 50, () =>
    say({ action: "edit", ref: newKey(), target: 1, message: "mine" }),
  ),
  flood("deletions of what is not theirs", 50, () => say({ action: "delete", ref: newKey(), target: 1 })),
  flood("answers to what is not there", 50, () =>
    say({ action: "message", ref: newKey(), message: "a", reply_to: 9_007_199_254_740_991 }),
  ),
  once("text that is no UTF-8", 100, () => Buffer.concat([asked(), frame(text, Buffer.alloc(60_000, 0xff))])),
  once("frames without a mask", 100, () => Buffer.concat([asked(), frame(text, "x", { isMasked: false })])),
  once("a close frame, and the socket left open", 199, () => Buffer.concat([asked(), frame(close)])),
  once("handshakes from elsewhere", 200, () => upgrade("/r/fray", `Origin: https://evil.example\r\n${v1}`)),
  once("handshakes of another version", 200, () => upgrade().replace("Version: 13", "Version: 8")),
  {
    name: "bodies byte by byte",
    run: (target) =>
      crowd(target, 1_000, (socket) => {
        socket.write(post("/r/fray/messages", "[").replace("Length: 1", "Length: 60000"));
        drip(socket, () => " ");
      }),
  },
  {
    name: "posts without end",
    run: (target) =>
      crowd(target, 50, (socket) => pour(socket, () => post("/r/fray/messages", '{"text":"a"}'))),
  },
  {
    name: "chunks of one byte",
    run: (target) =>
      crowd(target, 50, (socket) => {
        socket.write(get("/r/fray/messages", "Transfer-Encoding: chunked\r\n").replace("GET", "POST"));
        pour(socket, () => "1\r\nx\r\n".repeat(100));
      }),
  },
  {
    name: "pages of rooms that nobody made",
    run: (target) => crowd(target, 50, (socket) => pour(socket, () => get(freshRoom()))),
  },
  {
    name: "the longest searches",
    run: (target) =>
      crowd(target, 50, (socket) =>
        pour(socket, () => get(`/r/long/search?q=${"a%20b%20c%20".repeat(400)}`)),
      ),
  },
  {
    name: "exports without end",
    run: (target) => crowd(target, 50, (socket) => pour(socket, () => get("/r/long/export?format=json"))),
  },
  {
    name: "files that are not there",
    run: (target) =>
      crowd(target, 50, (socket) => pour(socket, () => get(`/static/..%2f..%2fetc/passwd?${newKey()}`))),
  },
  {
    name: "figures without end",
    run: (target) => crowd(target, 50, (socket) => pour(socket, () => get("/metrics"))),
  },
];

function asked(): Buffer {
  return Buffer.concat([Buffer.from(upgrade("/r/fray", v1)), hello()]);
}
