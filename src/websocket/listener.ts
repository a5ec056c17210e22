/**
 * Hands the HTTP server's upgrades to service objects, a fresh one for each connection (the article's
 * `new websocket:Listener(9876)`, whose resource returns `new ChatService()`).
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type Server as HandshakeServer } from "ws";
import { requestHost } from "../protocol/host.ts";
import { Admission, type AdmissionLimits } from "./admission.ts";
import { Caller } from "./caller.ts";
import { closureTimeoutMs, Connection, type ConnectionLimits, type OnClosed } from "./connection.ts";
import { handshakeRefusal, refuseUpgrade } from "./handshake.ts";
import type { OriginPolicy } from "./origin.ts";
import { Pulse } from "./pulse.ts";
import { ReportingWebSocket } from "./reporting-websocket.ts";
import type { Refusal, WebSocketService } from "./service.ts";
import { SlicedReading } from "./sliced-reading.ts";
import type { Turns } from "../turns.ts";
import { Visitors } from "./visitors.ts";

export interface UpgradeRequest {
  /** As it stands in the request line, without the query. */
  readonly path: string;
  /** The subprotocol agreed on, "" for none. */
  readonly subprotocol: string;
}

export type ServiceFactory = (request: UpgradeRequest) => WebSocketService | Refusal;

export interface ListenerOptions extends OriginPolicy, AdmissionLimits, ConnectionLimits {
  readonly subprotocols: readonly string[];
  readonly trustProxyHops: number;
  readonly pingIntervalMs: number;
  /** Handshakes wait here for their turn: thousands may come at once, and would hold everybody else up. */
  readonly turns: Pick<Turns, "add">;
  /** Something an operator should see; `event` names it. */
  readonly onWarning: (event: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onRefusal: (refusal: Refusal, request: IncomingMessage) => void;
  readonly onOpened: (caller: Caller, request: IncomingMessage) => void;
  readonly onClosed: OnClosed;
}

const monotonicNow = (): number => performance.now();

export class Listener {
  readonly visitors: Visitors;
  readonly #options: ListenerOptions;
  readonly #createService: ServiceFactory;
  readonly #handshakes: HandshakeServer<typeof ReportingWebSocket>;
  readonly #admission: Admission;
  readonly #pulse: Pulse;
  readonly #reading = new SlicedReading(monotonicNow);
  readonly #now: () => number;
  /** Each with the address it is counted for. */
  readonly #sockets = new Map<Socket, string | undefined>();
  readonly #leave: (this: Socket) => void;
  #closedBecause: Refusal | undefined;

  /** @param now a monotonic clock in milliseconds, by which the limits count */
  constructor(options: ListenerOptions, createService: ServiceFactory, now = monotonicNow) {
    this.#options = options;
    this.#now = now;
    this.#createService = createService;
    this.#admission = new Admission(options);
    this.visitors = new Visitors({ ...options, now });
    this.#pulse = new Pulse(options.pingIntervalMs);
    this.#leave = leaveThrough(this.#sockets, this.#admission);
    const handshakeOptions = {
      noServer: true,
      WebSocket: ReportingWebSocket,
      clientTracking: false,
      // Per-client deflate costs 9 to 149 times the CPU, and frames shared by a room could not be.
      perMessageDeflate: false,
      // The service answers pings, as an article's service with an onPing does.
      autoPong: false,
      maxPayload: options.maxFrameBytes,
      ...pieceLimits(options.maxFrameBytes),
      closeTimeout: closureTimeoutMs,
      handleProtocols: (offered: Set<string>) => this.#agreeOn(offered) || false,
    };
    this.#handshakes = new WebSocketServer(handshakeOptions);
  }

  /** Open connections, whatever their state. */
  get connectionCount(): number {
    return this.#admission.count;
  }

  attach(server: Server): void {
    this.#reading.letIn(server);
    server.on("upgrade", (request, socket, head) => {
      if (!(socket instanceof Socket)) throw new TypeError("the server is not a plain HTTP server");
      // The peer may be gone already; without a listener its reset would end the process.
      socket.on("error", destroy);
      this.#options.turns.add(() => this.#upgrade(request, socket, head));
    });
  }

  /** From now on every upgrade is refused with this. */
  refuseAll(refusal: Refusal): void {
    this.#closedBecause = refusal;
  }

  /** Cuts every connection that is still there. */
  terminateAll(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (socket.destroyed) return;
    const address = this.visitors.addressOf(request);
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const upgrade: UpgradeRequest = {
      path: (request.url ?? "/").split("?", 1)[0] ?? "/",
      subprotocol: this.#agreeOn(new Set(offered)),
    };
    const host = requestHost(request.headers, this.#options.trustProxyHops);
    const refusal =
      this.#closedBecause ??
      handshakeRefusal(request, host, this.#options) ??
      this.#admission.refusal(address);
    // Last of all, so that a refused upgrade costs its address nothing.
    const service = refusal ?? this.#tooMany(address) ?? this.#createService(upgrade);
    if ("status" in service) this.#refuse(request, socket, service);
    else this.#accept(request, socket, head, service, address);
  }

  #accept(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    service: WebSocketService,
    address: string | undefined,
  ): void {
    this.#admission.enter(address);
    this.#sockets.set(socket, address);
    socket.on("close", this.#leave);
    const complete = (): void => {
      this.#handshakes.handleUpgrade(request, socket, head, (websocket) =>
        this.#open(websocket, request, socket, service, address),
      );
    };
    const fail = (error: unknown): void => {
      this.#options.onWarning("init_failed", { err: error });
      this.#refuse(request, socket, { status: 500, reason: "internal error" });
    };
    try {
      const initialised = service.init();
      if (initialised === undefined) complete();
      else initialised.then(complete).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #open(
    websocket: ReportingWebSocket,
    request: IncomingMessage,
    socket: Socket,
    service: WebSocketService,
    address: string | undefined,
  ): void {
    const reader = this.#reading.begin(socket, websocket);
    const connectionId = randomBytes(16).toString("base64url");
    const caller = new Caller({ connectionId, address: address ?? "", socket, websocket });
    const pulse = this.#pulse;
    const parts = {
      limits: this.#options,
      visitors: this.visitors,
      pulse,
      caller,
      service,
      websocket,
      socket,
      reader,
      now: this.#now,
      onClosed: this.#options.onClosed,
    };
    this.#options.onOpened(caller, request);
    new Connection(parts).open();
  }

  #refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.#options.onRefusal(refusal, request);
    refuseUpgrade(socket, refusal);
  }

  #tooMany(address: string | undefined): Refusal | undefined {
    const waitMs = this.visitors.refusedForMs("connections", address);
    if (waitMs === 0) return undefined;
    const headers = { "Retry-After": String(Math.ceil(waitMs / 1000)) };
    return { status: 429, reason: "too many new connections from this address", headers };
  }

  #agreeOn(offered: ReadonlySet<string>): string {
    return this.#options.subprotocols.find((name) => offered.has(name)) ?? "";
  }
}

/**
 * Each piece of an unfinished message costs some 250 bytes beside its own: without a limit near what networks make
 * of one (500 bytes and more a piece), a message sent byte by byte held 250 times its size.
 */
function pieceLimits(maxFrameBytes: number): { maxFragments: number; maxBufferedChunks: number } {
  const pieces = Math.max(1_024, Math.ceil(maxFrameBytes / 64));
  return { maxFragments: pieces, maxBufferedChunks: pieces };
}

// One function for all connections: each would keep its own for as long as it lives.

function destroy(this: Duplex): void {
  this.destroy();
}

function leaveThrough(sockets: Map<Socket, string | undefined>, admission: Admission) {
  return function (this: Socket): void {
    admission.leave(sockets.get(this));
    sockets.delete(this);
  };
}
