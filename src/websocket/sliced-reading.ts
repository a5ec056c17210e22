/**
 * Reads WebSockets' sockets in slices. One read of a socket brings hundreds of frames, and when fifty sockets sent
 * without end all of them were handled in one turn of the event loop, for which `/health` and everybody else waited. So
 * each socket is read a little at a time, and not at all while it is paused: who is held back is held back now, not
 * once everything that had come is handled.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { Turns } from "../turns.ts";

/** A dozen usual frames. */
const sliceBytes = 1_024;
/** Long frames take many slices, each of which costs next to nothing. */
const goOnForMs = 0.25;
/** Who was read so lately sends more than forty times a second, however little each time. */
const latelyMs = 25;
/** What a turn of the event loop spends on all sockets, and as much again on those that sent little. */
const turnBudgetMs = 2;

export class SlicedReading {
  readonly #now: () => number;
  /** Of who sent a slice or less, and nothing lately: hundreds who send without end are not waited for. */
  readonly #short: Turns;
  readonly #long: Turns;
  readonly #readers = new WeakMap<Socket, Reader>();
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

  begin(socket: Socket, websocket: WebSocket): void {
    this.#readers.set(socket, { websocket, readAtMs: -Infinity });
    socket.on("readable", this.#onReadable).on("resume", this.#onReadable);
    socket.prependListener("close", dropUnread);
  }

  #plan(socket: Socket, turns: Turns): void {
    if (this.#planned.has(socket) || this.#isPaused(socket)) return;
    this.#planned.add(socket);
    turns.add(() => this.#read(socket));
  }

  #read(socket: Socket): void {
    this.#planned.delete(socket);
    const untilMs = this.#now() + goOnForMs;
    do {
      if (this.#isPaused(socket)) return;
      // ws listens for "data", which comes with what is read here, and only then. Reading all there is brings "end", too.
      socket.read(socket.readableLength > sliceBytes ? sliceBytes : undefined);
    } while (socket.readableLength > 0 && this.#now() < untilMs);
    const reader = this.#readers.get(socket);
    if (reader !== undefined) reader.readAtMs = this.#now();
    if (socket.readableLength > 0) this.#plan(socket, this.#long);
  }

  /** Six hundred who sent a few frames a hundred times a second had a quiet one's message wait for two seconds. */
  #isLoud(socket: Socket): boolean {
    const { readAtMs = -Infinity } = this.#readers.get(socket) ?? {};
    return socket.readableLength > sliceBytes || this.#now() - readAtMs < latelyMs;
  }

  #isPaused(socket: Socket): boolean {
    return this.#readers.get(socket)?.websocket.isPaused !== false;
  }
}

interface Reader {
  readonly websocket: WebSocket;
  /** When it was last read. */
  readAtMs: number;
}

/**
 * What a peer left unread that is gone is not listened to. ws would read all of it at once, and two hundred who vanished
 * together in the midst of a flood held up everybody. Nothing of it was acknowledged.
 */
function dropUnread(this: Socket): void {
  this.removeAllListeners("data");
  this.read();
}
