/**
 * One connection's life: turns what ws emits into the calls of a service, in order, and into exactly one `onClose`
 * for every end a connection can have (close frame, reset, half-close, oversize, idle, our own close, a handler
 * that failed).
 */
import type { Socket } from "node:net";
import { abnormalClosure, closes, type Close } from "../protocol/close-codes.ts";
import type { Caller } from "./caller.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Pulse } from "./pulse.ts";
import { TokenBucket, type Rate } from "./rate-limit.ts";
import type { ReportingWebSocket, WebSocketEvents } from "./reporting-websocket.ts";
import type { WebSocketService } from "./service.ts";
import type { Reader } from "./sliced-reading.ts";
import type { Visitors } from "./visitors.ts";

/** Frames of any kind: far above what a person's client sends, and what one core can refuse all day. */
const frameRate: Rate = { perSecond: 500, burst: 500 };
/** What a frame of the largest size counts for: reading it costs that much more. */
const largestFrameCost = 64;
/** And one of the longest usual size: floods of such held everybody up for most of a second. */
const longestUsualCost = 4;
/** A person's pace. What goes beyond it counts against the address, so that quiet people of a loud one are heard. */
const quietRate: Rate = { perSecond: 20, burst: 40 };
/** An address that owes more is not slowed any more: its loud connections are closed. */
const mostOwedMs = 2_000;

/** The article's connectionClosureTimeout: how long the peer's side of a close is waited for. */
export const closureTimeoutMs = 60_000;
/** A flooder's side is not waited for longer than its close frame needs to arrive. */
const floodClosureMs = 2_000;

export type OnClosed = (caller: Caller, code: number) => void;

export interface ConnectionLimits {
  readonly maxFrameBytes: number;
  /** Up to this length a frame is one frame of `frameRate`, or a few; beyond it many. */
  readonly usualFrameBytes: number;
}

export interface ConnectionOptions {
  readonly caller: Caller;
  readonly visitors: Visitors;
  readonly service: WebSocketService;
  readonly websocket: ReportingWebSocket;
  readonly pulse: Pulse;
  readonly socket: Socket;
  readonly reader: Reader;
  readonly limits: ConnectionLimits;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Called once, however it ended. */
  readonly onClosed: OnClosed;
}

export class Connection implements WebSocketEvents {
  readonly #caller: Caller;
  readonly #service: WebSocketService;
  readonly #heartbeat: Heartbeat;
  readonly #pulse: Pulse;
  readonly #frames: TokenBucket;
  readonly #quiet: TokenBucket;
  readonly #visitors: Visitors;
  readonly #limits: ConnectionLimits;
  readonly #reader: Reader;
  readonly #now: () => number;
  readonly #onClosed: OnClosed;
  #hasEnded = false;
  #isShutOut = false;
  #closureTimer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    const { caller, socket, now } = options;
    this.#caller = caller;
    this.#service = options.service;
    this.#visitors = options.visitors;
    this.#frames = new TokenBucket(frameRate, now);
    this.#quiet = new TokenBucket(quietRate, now);
    this.#limits = options.limits;
    this.#reader = options.reader;
    this.#now = now;
    this.#onClosed = options.onClosed;
    this.#heartbeat = new Heartbeat(caller, this, now);
    this.#pulse = options.pulse;
    this.#pulse.start(this.#heartbeat);
    options.websocket.reportTo(this);
    // A peer that only shuts its writing side is gone too, but its socket may stay for as long as it likes.
    socket.on("end", () => this.#endSoon({ code: abnormalClosure, reason: "" }));
  }

  /** No frame is read before `onOpen` completes. */
  open(): void {
    const opened = this.#call(() => this.#service.onOpen(this.#caller));
    if (opened === undefined) return;
    this.#caller.pauseReading();
    void opened.then(() => this.#caller.resumeReading());
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    const caller = this.#caller;
    this.#receive(data, () =>
      isBinary ? caller.close(closes.binaryFrame) : this.#service.onMessage(caller, data.toString()),
    );
  }

  onPing(data: Buffer): void {
    this.#receive(data, () => this.#service.onPing(this.#caller, data));
  }

  onPong(data: Buffer): void {
    this.#receive(data, () => this.#service.onPong(this.#caller, data));
  }

  onError(error: Error): void {
    void this.#call(() => this.#service.onError(this.#caller, error));
  }

  onIdle(): void {
    void this.#call(() => this.#service.onIdleTimeout(this.#caller));
  }

  beforeClosing(): void {
    this.#caller.writeDue();
  }

  onClosing(code: number, reason: string): void {
    this.#endSoon({ code, reason });
  }

  onClose(code: number, reason: string): void {
    clearTimeout(this.#closureTimer);
    this.#closureTimer = undefined;
    this.#end({ code, reason });
  }

  #receive({ length }: Buffer, handle: () => void | Promise<void>): void {
    if (this.#isShutOut) return;
    if (this.#frames.waitMs > 0) {
      this.#shutOut();
      return;
    }
    const { maxFrameBytes, usualFrameBytes } = this.#limits;
    const cost =
      length <= usualFrameBytes
        ? Math.max(1, (length / usualFrameBytes) * longestUsualCost)
        : (length / maxFrameBytes) * largestFrameCost;
    this.#frames.take(cost);
    this.#reader.took(cost, this.#now());
    this.#slowDown(cost);
    // What came in one read with the frame that made us close is not listened to either.
    if (this.#closureTimer === undefined) void this.#call(handle);
  }

  /** An address that asks for more than its share is read more slowly, where it is loud. */
  #slowDown(cost: number): void {
    if (this.#quiet.waitMs === 0) {
      this.#quiet.take(cost);
      return;
    }
    const owedMs = this.#visitors.owedMs("frames", this.#caller.address, cost);
    if (owedMs > mostOwedMs) this.#shutOut();
    else if (owedMs > 0) this.#caller.holdBack(owedMs);
  }

  #shutOut(): void {
    this.#isShutOut = true;
    this.#visitors.shutOut(this.#caller.address);
    this.#caller.shutOut(closes.flood);
    clearTimeout(this.#closureTimer);
    this.#closureTimer = setTimeout(() => this.#caller.terminate(), floodClosureMs).unref();
  }

  /** Lets ws report the error behind a close first, so that `onError` comes before `onClose`. */
  #endSoon(close: Close): void {
    this.#closureTimer ??= setTimeout(() => this.#caller.terminate(), closureTimeoutMs).unref();
    queueMicrotask(() => this.#end(close));
  }

  #end({ code, reason }: Close): void {
    if (this.#hasEnded) return;
    this.#pulse.stop(this.#heartbeat);
    this.#onClosed(this.#caller, code);
    void this.#call(() => this.#service.onClose(this.#caller, code, reason));
    this.#hasEnded = true;
  }

  /** A failure of one handler closes its own connection and touches no other (I7). */
  #call(handle: () => void | Promise<void>): Promise<void> | undefined {
    if (this.#hasEnded) return undefined;
    try {
      const result = handle();
      return result?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    // A service that fails at being told of its failure is past telling.
    const giveUp = (): void => this.#caller.terminate();
    try {
      Promise.resolve(this.#service.onError(this.#caller, failure)).catch(giveUp);
      this.#caller.close(closes.handlerFailed);
    } catch {
      giveUp();
    }
  }
}
