/**
 * The peer, inside a service's callbacks (Ballerina's `websocket:Caller`).
 *
 * Frames go straight to the socket that the upgrade gave us, beside ws's own control frames. That is sound because
 * compression is off, no message is ever fragmented, and nothing is written once a close frame was.
 */
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { Close } from "../protocol/close-codes.ts";
import { pongFrame } from "./frame.ts";
import { descriptorOf, handleOf, isPlainTcp, type SocketHandle } from "./send-loop.ts";

export interface CallerOptions {
  readonly connectionId: string;
  /** The client's address as the trusted proxies tell it, for limits. */
  readonly address: string;
  readonly socket: Socket;
  readonly websocket: WebSocket;
}

export class Caller {
  readonly connectionId: string;
  readonly address: string;
  readonly #websocket: WebSocket;
  readonly #socket: Socket;
  #isPaused = false;
  #hold: NodeJS.Timeout | undefined;
  readonly #isPlainTcp: boolean;
  /** Whose descriptor is remembered: to ask for it costs as much as the rest of what a delivery takes here. */
  #handle: SocketHandle | undefined;
  #descriptor = -1;
  #bytesSentRaw = 0;
  /** What goes out with the end of this turn, or before what is written meanwhile. */
  #soon: Buffer[] | undefined;

  constructor(options: CallerOptions) {
    this.connectionId = options.connectionId;
    this.address = options.address;
    this.#websocket = options.websocket;
    this.#socket = options.socket;
    this.#isPlainTcp = isPlainTcp(handleOf(options.socket));
  }

  get isOpen(): boolean {
    return this.#websocket.readyState === WebSocket.OPEN && !this.#socket.destroyed;
  }

  /** Bytes that wait in this process because the kernel takes no more. */
  get backlogBytes(): number {
    return this.#socket.writableLength;
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead;
  }

  /** Bytes the kernel has taken; on a full send buffer it takes more only when the peer reads. */
  get bytesAccepted(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength + this.#bytesSentRaw;
  }

  /** Whether bytes sent beside Node overtake nothing: the kernel has everything that was written. */
  get takesRawBytes(): boolean {
    return this.#isPlainTcp && this.#socket.writableLength === 0 && this.#soon === undefined && this.isOpen;
  }

  /** Of the socket, for bytes sent beside Node in this turn of the loop. */
  get descriptor(): number {
    const handle = handleOf(this.#socket);
    if (handle !== this.#handle) {
      this.#handle = handle;
      this.#descriptor = descriptorOf(handle);
    }
    return this.#descriptor;
  }

  /**
   * Writes whole server frames, back to back. Does nothing on a connection that is closing.
   * @param frames must not be mutated afterwards: members of a room share them
   */
  write(frames: Buffer): void {
    this.writeDue();
    if (frames.length > 0 && this.isOpen) this.#socket.write(frames);
  }

  /**
   * As `write`, but all of a turn at once: an answer to each of a flood's frames cost more than to read them.
   * @param frame short, since it is copied
   */
  writeSoon(frame: Buffer): void {
    if (this.#soon === undefined) {
      this.#soon = [];
      queueMicrotask(() => this.writeDue());
    }
    this.#soon.push(frame);
  }

  /** Writes now what was to be written soon. */
  writeDue(): void {
    const due = this.#soon;
    if (due === undefined) return;
    this.#soon = undefined;
    this.write(Buffer.concat(due));
  }

  /** Of what was sent beside Node the socket took so many bytes: the rest waits its turn in Node. */
  finishWrite(frames: Buffer, sentBytes: number): void {
    this.#bytesSentRaw += sentBytes;
    if (sentBytes < frames.length) this.write(sentBytes === 0 ? frames : frames.subarray(sentBytes));
  }

  /** Calls back once the backlog has gone out. The caller must have a backlog. */
  onceDrained(callback: () => void): void {
    this.#socket.once("drain", callback);
  }

  ping(): void {
    if (this.isOpen) this.#websocket.ping();
  }

  /** Answers a ping, unless the peer does not read what it is sent: pongs must not pile up. */
  pong(data: Buffer): void {
    if (this.isOpen && this.backlogBytes === 0) this.writeSoon(pongFrame(data));
  }

  /** Does nothing on a connection that is closing: it waits for the peer's close frame. */
  pauseReading(): void {
    this.#isPaused = true;
    if (this.isOpen) this.#websocket.pause();
  }

  resumeReading(): void {
    this.#isPaused = false;
    if (this.#hold === undefined) this.#websocket.resume();
  }

  /** From now on reads nothing for so long, so that TCP slows the peer; longer if reading is paused by then. */
  holdBack(ms: number): void {
    if (!this.isOpen) return;
    this.#websocket.pause();
    clearTimeout(this.#hold);
    const goOn = (): void => {
      this.#hold = undefined;
      if (!this.#isPaused) this.#websocket.resume();
    };
    this.#hold = setTimeout(goOn, ms).unref();
  }

  /** Sends a close frame after what was written; nothing is written after it. */
  close(close: Close): void {
    clearTimeout(this.#hold);
    this.#websocket.close(close.code, close.reason);
    // A paused socket would never see the peer's close frame.
    this.#websocket.resume();
  }

  /**
   * Sends a close frame and reads no more: a flood would cost as much after our close frame as before it. What the
   * peer goes on sending waits on its side until the connection is cut.
   */
  shutOut(close: Close): void {
    clearTimeout(this.#hold);
    this.#websocket.close(close.code, close.reason);
    this.#websocket.pause();
    this.#socket.end();
  }

  /** Cuts the connection without a word, for a peer that does not answer. */
  terminate(): void {
    this.#websocket.terminate();
  }
}
