/**
 * One room's socket, kept alive: it comes back by itself with growing pauses, notices a half-open connection
 * within 45 s, and checks at once when the machine wakes or the page is looked at again. What travels over it is
 * the caller's; this file only knows when there is a socket to say it on.
 */
import { closes, mayReconnect } from "../protocol/close-codes.ts";
import type { FrameOf } from "../protocol/client-frames.ts";
import type { UnixMs } from "../protocol/events.ts";
import type { ServerFrame } from "../protocol/server-frames.ts";
import { backoffMs } from "./backoff.ts";
import { decodeServerFrame } from "./server-frame.ts";

export type ConnectionState =
  | { readonly state: "connecting" }
  /** The hello is out: frames may follow it at once. */
  | { readonly state: "open" }
  | { readonly state: "live" }
  | {
      readonly state: "waiting";
      readonly until: UnixMs;
      /** What this try came to: there was a connection, there was none, or the server goes and comes back. */
      readonly after: "loss" | "refusal" | "restart";
    }
  /** The server told us not to come back. */
  | { readonly state: "refused"; readonly reason: string };

export type OutFrame = { [A in Sent]: FrameOf<A> }[Sent];
type Sent = "hello" | "message" | "edit" | "delete" | "react" | "rename" | "typing" | "ping";

export interface ConnectionOptions {
  readonly url: string;
  readonly hello: () => FrameOf<"hello">;
  readonly onState: (state: ConnectionState) => void;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly random: () => number;
}

/** 20 + 10 s of silence: well under the 45 s, well over a slow mobile network's pauses. */
const silenceMs = 20_000;
const pongWithinMs = 10_000;
/** After waking, the person is looking: a dead socket has to show soon. */
const checkWithinMs = 4_000;
const openWithinMs = 10_000;
/** A connection that lived this long was a good one: the next loss begins with the short pause again. */
const provenAfterMs = 10_000;
const floodPauseMs = 5_000;

type Timer = ReturnType<typeof setTimeout>;

export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { state: "connecting" };
  #socket: WebSocket | undefined;
  #attempt = 0;
  #watchdog: Timer | undefined;
  #comeback: Timer | undefined;
  #proven: Timer | undefined;
  /** The server named the pause before the next try. */
  #askedPauseMs: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#open();
  }

  stop(): void {
    this.#drop();
    clearTimeout(this.#comeback);
  }

  /** @returns whether there was a socket to say it on; whether it arrived, only an answer tells */
  send(frame: OutFrame): boolean {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network or the page came back: find out now rather than at the next timer. */
  check(): void {
    const { state } = this.#state;
    if (state === "waiting" && this.#askedPauseMs === undefined) this.#open();
    if (state === "open" || state === "live") this.#ping(checkWithinMs);
  }

  /** The person does not want to wait. */
  tryNow(): void {
    if (this.#state.state === "waiting") this.#open();
  }

  #open(): void {
    clearTimeout(this.#comeback);
    this.#drop();
    this.#askedPauseMs = undefined;
    this.#become({ state: "connecting" });
    const socket = new WebSocket(this.#options.url, "confab.v1");
    this.#socket = socket;
    this.#watch(openWithinMs, () => this.#lost());
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  #opened(): void {
    this.send(this.#options.hello());
    this.#become({ state: "open" });
    this.#watch(silenceMs, () => this.#ping(pongWithinMs));
  }

  #heard(data: unknown): void {
    this.#watch(silenceMs, () => this.#ping(pongWithinMs));
    const frame = typeof data === "string" ? decodeServerFrame(data) : undefined;
    if (frame === undefined) return;
    if (frame.type === "reconnect") this.#askedPauseMs = frame.after_ms;
    if (frame.type === "welcome") {
      this.#proven = setTimeout(() => (this.#attempt = 0), provenAfterMs);
      this.#become({ state: "live" });
    }
    this.#options.onFrame(frame);
  }

  #ping(withinMs: number): void {
    this.send({ action: "ping" });
    this.#watch(withinMs, () => this.#lost());
  }

  #closed(code: number, reason: string): void {
    const after = this.#state.state === "connecting" || code === closes.noCapacity.code ? "refusal" : "loss";
    this.#drop();
    if (!mayReconnect(code)) {
      this.#become({ state: "refused", reason });
      return;
    }
    if (code === closes.flood.code) this.#askedPauseMs ??= floodPauseMs;
    this.#comeBack(code === closes.restart.code ? "restart" : after);
  }

  /** A socket nobody answers on: its close event may take minutes, so it is not waited for. */
  #lost(): void {
    this.#drop();
    this.#comeBack("loss");
  }

  #comeBack(after: "loss" | "refusal" | "restart"): void {
    const delayMs = this.#askedPauseMs ?? backoffMs(this.#attempt, this.#options.random());
    this.#attempt += 1;
    this.#become({ state: "waiting", until: Date.now() + delayMs, after });
    this.#comeback = setTimeout(() => this.#open(), delayMs);
  }

  #drop(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#proven);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #watch(withinMs: number, act: () => void): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(act, withinMs);
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
