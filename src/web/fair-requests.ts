/**
 * Requests of one connection are answered one after another, and read in pieces. Node hands over all that one read of
 * a socket holds, two thousand requests in one turn of the event loop: a hundred such connections stopped it for ten
 * seconds. A connection that asks on before it is answered waits; everybody else never waits for it.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Turns } from "../turns.ts";

/** A usual request whole; some sixty of the smallest. */
const pieceBytes = 2_048;
/** Read at once, since it may be a balancer's question. */
const quickBytes = 512;
/** What one turn spends on answers, beyond the first of them. */
const turnBudgetMs = 2;
/**
 * Answers wait this long at a time for connections still to be accepted: of three thousand that came while a hundred
 * asked without end, each was accepted after a turn of answers, and `/health` behind them waited two seconds.
 */
const crowdPatienceMs = 30;

type Exchange = readonly [IncomingMessage, ServerResponse];

/**
 * Connections handed to `server` are read, and answered by `answer`, in fair turns.
 * @returns whether an answer on this connection was begun, and is not whole
 */
export function answerFairly(server: Server, answer: RequestListener): (socket: Duplex) => boolean {
  const turns = new Turns(() => performance.now(), turnBudgetMs).letIn(server, crowdPatienceMs);
  const lines = new WeakMap<Duplex, Line>();
  server.on("connection", (socket) => lines.set(socket, new Line(socket, turns, answer)));
  server.on("request", (request, response) => lines.get(request.socket)?.take(request, response));
  // From here on the bytes are frames, and whoever takes the socket reads it as it likes.
  server.on("upgrade", ({ socket }) => {
    lines.get(socket)?.letGo();
    lines.delete(socket);
  });
  return (socket) => lines.get(socket)?.isAmidst === true;
}

class Line {
  readonly #socket: Socket;
  readonly #turns: Turns;
  readonly #answer: RequestListener;
  readonly #waiting: Exchange[] = [];
  #answering: ServerResponse | undefined;
  #isPlanned = false;
  #isLetGo = false;

  constructor(socket: Socket, turns: Turns, answer: RequestListener) {
    this.#socket = socket;
    this.#turns = turns;
    this.#answer = answer;
    // With a listener for it, the server's parser is given only what `read` takes.
    socket.on("readable", this.#onReadable);
  }

  get isAmidst(): boolean {
    return this.#answering?.headersSent === true;
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    const isNext = this.#answering === undefined && this.#waiting.length === 0;
    if (isNext && isQuick(request)) {
      this.#begin(request, response);
      return;
    }
    this.#waiting.push([request, response]);
    if (isNext) this.#plan((job) => this.#turns.soon(job));
  }

  letGo(): void {
    this.#isLetGo = true;
    this.#socket.removeListener("readable", this.#onReadable);
  }

  readonly #onReadable = (): void => {
    if (this.#isPlanned) return;
    if (this.#socket.readableLength > quickBytes) this.#plan();
    else this.#read();
  };

  /** What has requests waiting is not read: its client is slowed by TCP. */
  #read(): void {
    if (this.#socket.destroyed || this.#waiting.length > 0) return;
    const length = this.#socket.readableLength;
    this.#socket.read(length > pieceBytes ? pieceBytes : undefined);
    if (this.#socket.readableLength > 0) this.#plan();
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    this.#answering = response;
    response.once("close", () => {
      this.#answering = undefined;
      if (this.#waiting.length > 0 || this.#socket.readableLength > 0) this.#plan();
    });
    this.#answer(request, response);
  }

  #plan(ask = (job: () => void): void => this.#turns.add(job)): void {
    if (this.#isPlanned || this.#isLetGo) return;
    this.#isPlanned = true;
    ask(() => {
      this.#isPlanned = false;
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#socket.destroyed || this.#isLetGo) return;
    const next = this.#answering === undefined ? this.#waiting.shift() : undefined;
    if (next === undefined) {
      this.#read();
      return;
    }
    this.#begin(...next);
    // The rest of its body may be there, or the end of its connection.
    this.#plan();
  }
}

/** Three hundred who ask for a page at once took seconds of one turn, and a balancer would have thought us dead. */
function isQuick({ url = "" }: IncomingMessage): boolean {
  return /\/health(?:[/?]|$)/.test(url);
}
