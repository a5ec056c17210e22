/**
 * A WebSocket peer that builds its frames byte by byte, right or wrong (RFC 6455 §5.2), sends them in pieces of any
 * size, and keeps what comes back. It follows no rule by itself: it answers no ping and no close.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameShape {
  readonly fin?: boolean;
  /** The three reserved bits as a number, 0 to 7. */
  readonly rsv?: number;
  readonly isMasked?: boolean;
  /** Written instead of the payload's true length. */
  readonly length?: bigint;
  /** Bytes of the extended length; else the shortest form. */
  readonly lengthBytes?: 0 | 2 | 8;
}

const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** One frame as a client sends it, masked. */
export function frame(opcode: number, payload: Buffer | string = "", shape: FrameShape = {}): Buffer {
  const { fin = true, rsv = 0, isMasked = true } = shape;
  const data = Buffer.from(payload);
  const [first, ...extended] = lengthField(shape.length ?? BigInt(data.length), shape.lengthBytes);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode, (isMasked ? 0x80 : 0) | (first ?? 0), ...extended];
  if (!isMasked) return Buffer.concat([Buffer.from(head), data]);
  const masked = data.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), mask, masked]);
}

/** A close frame; without a code an empty one. */
export function closeFrame(code?: number, reason: Buffer | string = ""): Buffer {
  if (code === undefined) return frame(opcodes.close);
  return frame(opcodes.close, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

function lengthField(length: bigint, lengthBytes = length < 126n ? 0 : length < 65_536n ? 2 : 8): number[] {
  if (lengthBytes === 0) return [Number(length)];
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(length);
  return [lengthBytes === 2 ? 126 : 127, ...field.subarray(8 - lengthBytes)];
}

export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export class RawPeer {
  readonly socket: Socket;
  readonly frames: ReceivedFrame[] = [];
  /** Resolves when the connection is gone, however it ended. */
  readonly ended: Promise<void>;
  #unread: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => void socket.once("close", () => resolve()));
    socket.on("error", () => socket.destroy());
  }

  /** Resolves once the connection is upgraded. */
  static async connect(url: string, subprotocol?: string): Promise<RawPeer> {
    const { port, pathname } = new URL(url);
    const socket = connectTcp({ port: Number(port), host: "127.0.0.1", noDelay: true });
    const peer = new RawPeer(socket);
    const protocol = subprotocol === undefined ? "" : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`;
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${protocol}\r\n`,
    );
    await peer.#readHandshake();
    socket.on("data", (chunk) => peer.#read(chunk));
    peer.#read(Buffer.alloc(0));
    return peer;
  }

  /** @param pieceBytes how much goes out at once, the rest in later turns */
  async send(bytes: Buffer, pieceBytes = bytes.length): Promise<void> {
    for (let at = 0; at < bytes.length && this.socket.writable; at += pieceBytes) {
      this.socket.write(bytes.subarray(at, at + pieceBytes));
      if (at + pieceBytes < bytes.length) await nextTurn();
    }
  }

  /** Resolves once what it was sent makes this true. */
  async until(isTrue: () => boolean): Promise<void> {
    const ended = this.ended.then(() => "ended" as const);
    while (!isTrue()) {
      const event = await Promise.race([once(this.socket, "data"), ended]);
      if (event === "ended") throw new Error("the connection ended before that");
    }
  }

  payloads(opcode: number): Buffer[] {
    return this.frames.filter((received) => received.opcode === opcode).map(({ payload }) => payload);
  }

  /** What text frames it was sent, as JSON. */
  get messages(): Readonly<Record<string, unknown>>[] {
    return this.payloads(opcodes.text).map((payload) => {
      const message: unknown = JSON.parse(payload.toString());
      assert(typeof message === "object" && message !== null);
      return { ...message };
    });
  }

  /** The code of the close frame it was sent, 1005 for one without a code, nothing for none. */
  get closeCode(): number | undefined {
    const [payload] = this.payloads(opcodes.close);
    return payload === undefined || payload.length > 0 ? payload?.readUInt16BE(0) : 1005;
  }

  async #readHandshake(): Promise<void> {
    for (;;) {
      const head = this.#unread.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end >= 0) {
        assert.match(head, /^HTTP\/1\.1 101 /);
        this.#unread = this.#unread.subarray(end + 4);
        return;
      }
      const [chunk] = (await once(this.socket, "data")) as [Buffer];
      this.#unread = Buffer.concat([this.#unread, chunk]);
    }
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let found = firstFrame(this.#unread); found !== undefined; found = firstFrame(this.#unread)) {
      assert.equal(this.closeCode, undefined, "nothing follows a close frame");
      this.frames.push(found);
      this.#unread = this.#unread.subarray(found.totalBytes);
    }
  }
}

function firstFrame(bytes: Buffer): (ReceivedFrame & { totalBytes: number }) | undefined {
  if (bytes.length < 2) return undefined;
  assert.equal(bytes.readUInt8(0) & 0x70, 0, "a server that agreed on no extension sets no reserved bit");
  assert.equal(bytes.readUInt8(0) & 0x80, 0x80, "this server never fragments");
  const short = bytes.readUInt8(1);
  assert(short < 128, "a server masks nothing");
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = start === 2 ? short : start === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const totalBytes = start + length;
  if (bytes.length < totalBytes) return undefined;
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, totalBytes), totalBytes };
}
