/**
 * A `confab.v1` connection that comes back after every loss, also one that nobody told: a line on which nothing came
 * since the last ping counts as dead. Says hello with whatever position its owner has by then.
 */
import { WebSocket } from "ws";
import { subprotocol } from "../../src/protocol/client-frames.ts";
import { mayReconnect } from "../../src/protocol/close-codes.ts";
import type { ServerFrame } from "../../src/protocol/server-frames.ts";
import type { Hello } from "./client.ts";

export interface LineOwner {
  /** Where to connect now: it may have moved. */
  socketUrl(): string;
  hello(): Hello;
  onFrame(frame: ServerFrame): void;
  onDown(): void;
  /** The server closed for good. */
  onRejected(code: number): void;
}

export interface LineOptions {
  readonly random: () => number;
  /** A ping this often; no byte in between and the line is cut. */
  readonly silenceMs: number;
}

const comeBackMs = { least: 10, most: 100 };

export class LastingLine {
  readonly #owner: LineOwner;
  readonly #options: LineOptions;
  #socket: WebSocket | undefined;
  #watch: NodeJS.Timeout | undefined;
  #comeBack: NodeJS.Timeout | undefined;
  #isWanted = false;
  #hasHeard = false;
  /** Times it was connected. */
  connections = 0;
  /** Times it was down, or could not be connected. */
  losses = 0;

  constructor(owner: LineOwner, options: LineOptions) {
    this.#owner = owner;
    this.#options = options;
  }

  start(): void {
    this.#isWanted = true;
    this.#connect();
  }

  stop(): void {
    this.#isWanted = false;
    clearTimeout(this.#comeBack);
    this.#socket?.terminate();
  }

  /** Cuts the connection as if the network had: it comes back. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Reads nothing until `thaw`, and holds the line meanwhile. */
  freeze(): void {
    clearInterval(this.#watch);
    this.#socket?.pause();
  }

  thaw(): void {
    this.#socket?.resume();
    this.#beginWatch();
  }

  send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    const socket = new WebSocket(this.#owner.socketUrl(), [subprotocol], { handshakeTimeout: 2_000 });
    this.#socket = socket;
    socket.on("open", () => {
      this.connections += 1;
      socket.send(JSON.stringify({ action: "hello", ...this.#owner.hello() }));
      this.#beginWatch();
    });
    socket.on("message", (data: Buffer) => {
      this.#hasHeard = true;
      // What was received before a cut, and not yet read, belongs to a line that is gone.
      if (socket === this.#socket) this.#owner.onFrame(JSON.parse(data.toString()) as ServerFrame);
    });
    socket.on("error", () => undefined); // A close follows.
    socket.on("close", (code) => this.#down(code));
  }

  #down(code: number): void {
    clearInterval(this.#watch);
    this.#socket = undefined;
    this.losses += 1;
    this.#owner.onDown();
    if (!this.#isWanted) return;
    if (!mayReconnect(code)) this.#owner.onRejected(code);
    const { least, most } = comeBackMs;
    this.#comeBack = setTimeout(() => this.#connect(), least + this.#options.random() * (most - least));
  }

  #beginWatch(): void {
    clearInterval(this.#watch);
    this.#hasHeard = true;
    this.#watch = setInterval(() => this.#look(), this.#options.silenceMs);
  }

  #look(): void {
    if (!this.#hasHeard) this.#socket?.terminate();
    this.#hasHeard = false;
    if (this.#socket?.readyState === WebSocket.OPEN) this.send({ action: "ping" });
  }
}
