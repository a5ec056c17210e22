/** A WebSocket client for tests: keeps what it is sent, and lets a test wait for a frame instead of for time. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import { subprotocol } from "../../src/protocol/client-frames.ts";
import type { ServerFrame, WelcomeFrame } from "../../src/protocol/server-frames.ts";

export type FrameOfType<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** Far longer than anything takes, on a busy machine too: only a test that fails waits for so long. */
const patienceMs = 30_000;

export class TestClient {
  readonly websocket: WebSocket;
  /** Everything it was ever sent, in order. */
  readonly frames: ServerFrame[] = [];
  /** The same as text, byte for byte. */
  readonly texts: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #read = 0;
  #onFrame: (() => void) | undefined;

  constructor(url: string, protocol?: string, options: ClientOptions = {}) {
    this.websocket = new WebSocket(url, protocol === undefined ? [] : [protocol], options);
    this.websocket.on("message", (data: Buffer) => {
      this.texts.push(data.toString());
      this.frames.push(JSON.parse(data.toString()) as ServerFrame);
      this.#onFrame?.();
    });
    this.websocket.on("error", () => this.#onFrame?.());
    this.closed = new Promise((resolve) => {
      this.websocket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    void this.closed.then(() => this.#onFrame?.());
  }

  /** @param message an object to send as JSON, or the very text */
  send(message: object | string): void {
    this.websocket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next frame that was not read yet. */
  async next(): Promise<ServerFrame> {
    const deadline = AbortSignal.timeout(patienceMs);
    for (;;) {
      const frame = this.frames[this.#read];
      if (frame !== undefined) {
        this.#read += 1;
        return frame;
      }
      if (this.websocket.readyState > WebSocket.OPEN)
        throw new Error("the connection closed before the frame came");
      await this.#arrival(deadline);
    }
  }

  /** Reads on to the next frame of this type (that the test wants). */
  async until<T extends ServerFrame["type"]>(
    type: T,
    wanted: (frame: FrameOfType<T>) => boolean = () => true,
  ): Promise<FrameOfType<T>> {
    for (;;) {
      const frame = (await this.next()) as FrameOfType<T>;
      if (frame.type === type && wanted(frame)) return frame;
    }
  }

  all<T extends ServerFrame["type"]>(type: T): FrameOfType<T>[] {
    return this.frames.filter((frame): frame is FrameOfType<T> => frame.type === type);
  }

  async close(code?: number): Promise<void> {
    this.websocket.close(code);
    await this.closed;
  }

  /** Resets the TCP connection, without a close frame. */
  reset(): void {
    this.websocket.terminate();
  }

  async #arrival(deadline: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const onTimeout = (): void => {
        const seen = this.texts.slice(-5).join("\n");
        reject(new Error(`no such frame within ${patienceMs} ms; the last ones were:\n${seen}`));
      };
      deadline.addEventListener("abort", onTimeout, { once: true });
      this.#onFrame = () => {
        deadline.removeEventListener("abort", onTimeout);
        resolve();
      };
    });
  }
}

/** The article's kind of client. Resolves once the socket is open. */
export async function connectPlain(url: string, options?: ClientOptions): Promise<TestClient> {
  const client = new TestClient(url, undefined, options);
  await once(client.websocket, "open");
  return client;
}

export interface Hello {
  readonly key?: string;
  readonly name?: string;
  readonly since?: number;
  readonly epoch?: string;
}

/** A `confab.v1` client that has been welcomed. */
export async function connect(
  url: string,
  hello: Hello = {},
  options?: ClientOptions,
): Promise<TestClient & { welcome: WelcomeFrame }> {
  const client = new TestClient(url, subprotocol, options);
  await once(client.websocket, "open");
  client.send({ action: "hello", ...hello });
  const welcome = await client.until("welcome");
  return Object.assign(client, { welcome });
}

export function newKey(): string {
  return randomBytes(24).toString("base64url");
}
