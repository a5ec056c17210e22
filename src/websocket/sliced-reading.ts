/**
 * Reads WebSockets' sockets in slices. One read of a socket brings hundreds of frames, and when fifty sockets sent
 * without end all of them were handled in one turn of the event loop, for which `/health` and everybody else waited. So
 * each socket is read a little at a time, and not at all while it is paused: who is held back is held back now, not
 * once everything that had come is handled.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { getDefaultHighWaterMark } from "node:stream";
import type { WebSocket } from "ws";
import { Turns } from "../turns.ts";

/** A dozen usual frames. */
const sliceBytes = 1_024;
/** What is read of who seems quiet: a usual frame or two, or dozens of the smallest. */
const shortBytes = 512;
/** Long frames take many slices, each of which costs next to nothing. */
const goOnForMs = 0.25;
/** What somebody asked for counts half after so long. */
const forgottenByHalfMs = 8_000;
/** What is usual follows so many reads. */
const usualOfReads = 64;
/** When more sockets than that wait to be read, none of them is handled in this turn. */
const manyWaiting = 32;
const usualHeldBytes = getDefaultHighWaterMark(false);
/** What a turn of the event loop spends on all sockets, and as much again on those that sent little. */
const turnBudgetMs = 2;

export class SlicedReading {
  readonly #now: () => number;
  /** Of who sent little, and asked for little lately: hundreds who send without end are not waited for. */
  readonly #short: Turns;
  readonly #long: Turns;
  readonly #readers = new WeakMap<Socket, Reader>();
  /** What those who are read asked for lately. */
  #usual = 0;
  readonly #planned = new Set<Socket>();
  /** One function for all sockets, since each keeps what listens to it for as long as it lives. */
  readonly #onReadable: (this: Socket) => void;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    const plan = (socket: Socket): void =>
      this.#plan(socket, this.#isLoud(socket) ? this.#long : this.#short);
    this.#now = now;
    this.#short = new Turns(now, turnBudgetMs);
    this.#long = new Turns(now, turnBudgetMs);
    this.#onReadable = function () {
      plan(this);
    };
  }

  /** New connections come before the reading of those there are. */
  letIn(server: Server): void {
    this.#short.letIn(server);
    this.#long.letIn(server);
  }

  /** @returns where its frames are to be counted */
  begin(socket: Socket, websocket: WebSocket): Reader {
    const reader = new Reader(websocket, this.#now());
    this.#readers.set(socket, reader);
    socket.on("readable", this.#onReadable).on("resume", this.#onReadable);
    socket.prependListener("close", dropUnread);
    return reader;
  }

  #plan(socket: Socket, turns: Turns): void {
    if (this.#planned.has(socket) || this.#isPaused(socket)) return;
    this.#planned.add(socket);
    takeAtMost(socket, this.#planned.size > manyWaiting ? 1 : usualHeldBytes);
    turns.add(() => this.#read(socket, turns === this.#short ? shortBytes : sliceBytes));
  }

  #read(socket: Socket, bytes: number): void {
    this.#planned.delete(socket);
    const reader = this.#readers.get(socket);
    const untilMs = this.#now() + goOnForMs;
    do {
      if (reader?.websocket.isPaused !== false) return;
      // ws listens for "data", which comes with what is read here, and only then. Reading all there is brings "end", too.
      socket.read(socket.readableLength > bytes ? bytes : undefined);
    } while (socket.readableLength > 0 && this.#now() < untilMs);
    this.#usual += (reader.lately(this.#now()) - this.#usual) / usualOfReads;
    if (socket.readableLength > 0) this.#plan(socket, this.#long);
  }

  /**
   * Six hundred who sent a few frames a hundred times a second had a quiet one's message wait for three seconds. How much
   * each of a crowd is read depends on its size, so who is quiet is told by what is usual.
   */
  #isLoud(socket: Socket): boolean {
    if (socket.readableLength > shortBytes) return true;
    const reader = this.#readers.get(socket);
    return reader !== undefined && reader.lately(this.#now()) > this.#usual / 2;
  }

  #isPaused(socket: Socket): boolean {
    return this.#readers.get(socket)?.websocket.isPaused !== false;
  }
}

/** One peer, and what it asked for lately. */
export class Reader {
  readonly websocket: Pick<WebSocket, "isPaused">;
  #frames = 0;
  #countedAtMs: number;

  constructor(websocket: Pick<WebSocket, "isPaused">, nowMs: number) {
    this.websocket = websocket;
    this.#countedAtMs = nowMs;
  }

  /** @param frames a long one counts as several */
  took(frames: number, nowMs: number): void {
    this.#frames = this.lately(nowMs) + frames;
    this.#countedAtMs = nowMs;
  }

  /** In frames. */
  lately(nowMs: number): number {
    return this.#frames * 2 ** ((this.#countedAtMs - nowMs) / forgottenByHalfMs);
  }
}

/**
 * Nothing more is fetched from the kernel where so much waits already: of six hundred who sent a few bytes a hundred
 * times a second each bit was fetched by itself, which took half of all time, while as many waited to be handled.
 */
function takeAtMost(socket: Socket, bytes: number): void {
  const state = (socket as { readonly _readableState?: { highWaterMark?: number } })._readableState;
  if (state !== undefined) state.highWaterMark = bytes;
}

/**
 * What a peer left unread that is gone is not handled. ws would read all of it at once, and two hundred who vanished
 * together in the midst of a flood held up everybody. Nothing of it was acknowledged. Read here nobody hears of it: a
 * stream that is closed says no "data".
 */
function dropUnread(this: Socket): void {
  this.read();
}
