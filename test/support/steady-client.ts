/**
 * A client that keeps the protocol to the letter: it resends what was not acknowledged under the same ref, goes on
 * from its position, and after a reset fetches the room again up to the head. All it meets goes into the ledger.
 */
import type { ChatEvent, Epoch, MessageEvent, Ref, Seq } from "../../src/protocol/events.ts";
import type { ErrorFrame, ResetFrame, ServerFrame, WelcomeFrame } from "../../src/protocol/server-frames.ts";
import { newKey, type Hello } from "./client.ts";
import { messagesUpTo } from "./events-pages.ts";
import { LastingLine, type LineOptions } from "./lasting-line.ts";
import type { Ledger } from "./ledger.ts";

export interface SteadyClientOptions extends LineOptions {
  readonly name: string;
  readonly room: string;
  /** `http://host:port`, where the server is to be found now. */
  readonly server: () => string;
  readonly ledger: Ledger;
  /** Messages under way at once; more than one only where none is refused. */
  readonly window: number;
}

/** Until it asks again where the server does not say when. */
const unavailableMs = 300;

interface Pending {
  readonly ref: Ref;
  readonly text: string;
}

type Phase =
  | { readonly is: "down" }
  /** Welcomed where it was, or gone on from a reset. */
  | { readonly is: "following" }
  /** What comes live meanwhile follows the pages. */
  | { readonly is: "fetching"; readonly held: MessageEvent[] };

export class SteadyClient {
  readonly name: string;
  readonly line: LastingLine;
  readonly #options: SteadyClientOptions;
  readonly #key = newKey();
  #position: { readonly since: Seq; readonly epoch?: Epoch } = { since: 0 };
  #phase: Phase = { is: "down" };
  #queue: Pending[] = [];
  #underWay = 0;
  #pause: NodeJS.Timeout | undefined;
  #saidCount = 0;
  #longestWaitMs = 0;
  #dueSinceMs = 0;
  resets = 0;

  constructor(options: SteadyClientOptions) {
    this.name = options.name;
    this.#options = options;
    const { room, server } = options;
    const owner = {
      socketUrl: () => `${server().replace(/^http/, "ws")}/r/${encodeURIComponent(room)}`,
      // What two servers suggest is the same now and then, and one of the two is told of another name.
      hello: (): Hello => ({ key: this.#key, name: this.name, ...this.#position }),
      onFrame: (frame: ServerFrame) => this.#onFrame(frame),
      onDown: () => this.#onDown(),
      onRejected: (code: number) =>
        this.#options.ledger.complain(`${this.name} was closed for good: ${code}`),
    };
    this.line = new LastingLine(owner, options);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get position(): Seq {
    return this.#position.since;
  }

  /** The longest time in which something was due and nothing was acknowledged. */
  get longestWaitMs(): number {
    return this.#longestWaitMs;
  }

  say(padding = ""): void {
    this.#saidCount += 1;
    const ref = `${this.name}-${this.#saidCount}`;
    const text = `${this.name} says ${this.#saidCount}${padding}`;
    this.#options.ledger.said(this.name, ref, text);
    if (this.#queue.length === 0) this.#dueSinceMs = performance.now();
    this.#queue.push({ ref, text });
    this.#sendDue();
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.line.stop();
  }

  #onDown(): void {
    this.#phase = { is: "down" };
    this.#underWay = 0;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#options.ledger.note();
  }

  #onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#onWelcome(frame);
        break;
      case "reset":
        this.#onReset(frame);
        break;
      case "ack":
        this.#onAck(frame.ref, frame.seq);
        break;
      case "error":
        this.#onError(frame);
        break;
      case "msg":
      case "edit":
      case "delete":
      case "react":
        this.#onEvent(frame);
        break;
      default:
      // Presence, typing and pongs are no part of what is kept.
    }
  }

  #onWelcome({ resumed, epoch }: WelcomeFrame): void {
    this.#phase = { is: "following" };
    if (resumed) this.#position = { since: this.#position.since, epoch };
    this.#sendDue();
  }

  #onReset({ epoch, head }: ResetFrame): void {
    this.resets += 1;
    const phase: Phase = { is: "fetching", held: [] };
    this.#phase = phase;
    const { server, room, ledger } = this.#options;
    const adopt = (messages: readonly MessageEvent[]): void => {
      if (this.#phase !== phase) return;
      ledger.startedOver(
        this.name,
        messages.filter(({ seq }) => seq <= head),
      );
      this.#position = { since: head, epoch };
      this.#phase = { is: "following" };
      for (const event of phase.held) this.#onEvent(event);
    };
    // The position is still the old one, so a fetch that fails begins again with the next reset.
    messagesUpTo(server(), room, head).then(adopt, () => this.#phase === phase && this.line.cut());
  }

  #onEvent(event: ChatEvent): void {
    if (this.#phase.is === "fetching") {
      if (event.type === "msg") this.#phase.held.push(event);
      return;
    }
    this.#position = { ...this.#position, since: event.seq };
    this.#options.ledger.saw(this.name, event);
  }

  #onAck(ref: Ref, seq: Seq): void {
    const at = this.#queue.findIndex((pending) => pending.ref === ref);
    if (at > 0)
      this.#options.ledger.complain(`${this.name}: ${ref} was acknowledged before what precedes it`);
    if (at === -1) return;
    const isUnseen = this.#phase.is === "following" && this.#position.since < seq;
    if (isUnseen) this.#options.ledger.complain(`${this.name}: ${ref} was acknowledged before it was shown`);
    const nowMs = performance.now();
    this.#longestWaitMs = Math.max(this.#longestWaitMs, nowMs - this.#dueSinceMs);
    this.#dueSinceMs = nowMs;
    this.#queue.splice(at, 1);
    this.#underWay -= 1;
    // First the next message: the ledger may have asked for no more.
    this.#options.ledger.acknowledged(ref, seq);
    this.#sendDue();
  }

  #onError({ code, ref, retry_after_ms, message }: ErrorFrame): void {
    if (ref === undefined || (code !== "rate_limited" && code !== "unavailable")) {
      this.#options.ledger.complain(`${this.name} was told ${code}: ${message}`);
      return;
    }
    // The server asks to wait: everything from the refused message on goes out again, in order.
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#underWay = 0;
      this.#sendDue();
    }, retry_after_ms ?? unavailableMs);
  }

  #sendDue(): void {
    if (this.#phase.is === "down" || this.#pause !== undefined) return;
    for (const { ref, text } of this.#queue.slice(this.#underWay, this.#options.window)) {
      this.line.send({ action: "message", ref, message: text });
      this.#underWay += 1;
    }
  }
}
