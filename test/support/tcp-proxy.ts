/** A network between client and server that can be slow, stop in the middle of a frame, and go without a word. */
import { once } from "node:events";
import { createServer, connect, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

/** What becomes of one connection, decided when it is made. */
export interface Weather {
  /** Bytes that come through, both directions together; then it ends, in the middle of whatever frame. */
  readonly bytes: number;
  /** `silence`: nothing comes through any more and neither side is told. */
  readonly end: "close" | "reset" | "silence";
  /** A slow link: pieces of this size, and a pause after each. */
  readonly piece?: { readonly bytes: number; readonly pauseMs: number };
}

export const fair: Weather = { bytes: Infinity, end: "close" };

export class TcpProxy {
  readonly #server: Server;
  readonly #target: () => number;
  readonly #links = new Set<Link>();
  /** For connections made from now on. */
  weather: () => Weather;

  /** @param target the server's port, asked for each connection */
  static async open(t: TestContext, target: () => number, weather: () => Weather): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, weather);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    t.after(() => proxy.#close());
    return proxy;
  }

  private constructor(target: () => number, weather: () => Weather) {
    this.#target = target;
    this.weather = weather;
    this.#server = createServer((client) => this.#accept(client));
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Ends every connection that is open, now. */
  endAll(end: Weather["end"]): void {
    for (const link of this.#links) link.end(end);
  }

  /** Resets what went silent: both sides learn of it, and may come back. */
  resetSilent(): void {
    for (const link of this.#links) link.destroy();
  }

  #accept(client: Socket): void {
    const server = connect(this.#target(), "127.0.0.1");
    const link = new Link(client, server, this.weather());
    this.#links.add(link);
    void link.closed.then(() => this.#links.delete(link));
  }

  #close(): void {
    this.#server.close();
    for (const link of this.#links) link.destroy();
  }
}

class Link {
  readonly closed: Promise<unknown>;
  readonly #sides: readonly [Socket, Socket];
  readonly #weather: Weather;
  #bytesLeft: number;
  #isOver = false;

  constructor(client: Socket, server: Socket, weather: Weather) {
    this.#sides = [client, server];
    this.#weather = weather;
    this.#bytesLeft = weather.bytes;
    for (const side of this.#sides) {
      // A small write that waits for an acknowledgement is 40 ms that no link takes.
      side.setNoDelay(true);
      side.on("error", () => undefined); // A close follows.
    }
    this.closed = Promise.all(this.#sides.map(closing));
    void this.#pump(client, server);
    void this.#pump(server, client);
  }

  end(end: Weather["end"]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const side of this.#sides) {
      if (end === "close") side.end();
      if (end === "reset") side.resetAndDestroy();
    }
  }

  destroy(): void {
    this.#isOver = true;
    for (const side of this.#sides) side.destroy();
  }

  async #pump(from: Socket, to: Socket): Promise<void> {
    try {
      // Left open on return: a silent link must not tell.
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        if (!(chunk instanceof Buffer)) throw new TypeError("a socket without encoding gives buffers");
        await this.#forward(chunk, to);
        if (this.#isOver) return;
      }
    } catch {
      // Reset by its peer: the other side is told below.
    }
    if (!this.#isOver) this.end("close");
  }

  async #forward(chunk: Buffer, to: Socket): Promise<void> {
    const { piece } = this.#weather;
    const step = piece?.bytes ?? chunk.length;
    for (let at = 0; at < chunk.length && !this.#isOver; at += step) {
      await this.#write(chunk.subarray(at, at + step), to);
      if (piece !== undefined) await delay(piece.pauseMs);
    }
  }

  async #write(bytes: Buffer, to: Socket): Promise<void> {
    const through = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= through.length;
    if (!to.write(through)) await Promise.race([once(to, "drain"), closing(to)]);
    if (this.#bytesLeft <= 0) this.end(this.#weather.end);
  }
}

/** `once` would reject for a socket that fails first. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
