/**
 * Hands over every record of the stream from a place on, in order, each once. Numbers of the delivery tell a gap, and
 * silence tells a consumer that died with its server, sooner where a record is known to be there: then it begins anew
 * behind the last one handed over, if that is there still. A stream that went back and grew again would else go on as
 * if nothing had been lost.
 */
import { crc32 } from "node:zlib";
import { AckPolicy, DeliverPolicy } from "@nats-io/jetstream";
import { createInbox, nanos } from "@nats-io/transport-node";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { LogStream } from "./stream.ts";

const heartbeatMs = 500;
const silenceMs = 1_600;
/** Twice as long after each consumer of which nothing new was heard: a machine with much to do is slow with any. */
const missingMs = 200;
const retryMs = 250;
const watchMs = 100;

export interface Received {
  readonly place: number;
  readonly text: string;
}

export interface FollowerListener {
  readonly onRecord: (record: Received) => void;
  /** Whether more can be taken now; if not, `goOn` is called when it can. */
  readonly hasRoom: () => boolean;
}

export class Follower {
  readonly #connection: NatsConnection;
  readonly #stream: LogStream;
  readonly #listener: FollowerListener;
  readonly #filter: string | undefined;
  #place: number;
  /** The record there, or its checksum, where it is to be seen again before what follows it. */
  #record: Uint8Array | number | undefined;
  #delivered = 0;
  #subscription: Subscription | undefined;
  #heardMs = performance.now();
  #isCreating = false;
  /** Consumers made since something new was heard. */
  #unheard = 0;
  /** The stream has this, and since when that is known. */
  #missing: { readonly place: number; readonly sinceMs: number; isAskedFor: boolean } | undefined;
  #stalled: string | undefined;
  readonly #watch: NodeJS.Timeout;
  #check: NodeJS.Immediate | undefined;

  /** @param after the last place that is known already, and `record` the checksum of what is there */
  constructor(
    connection: NatsConnection,
    stream: LogStream,
    listener: FollowerListener,
    { after, record, filter }: { after: number; record?: number; filter?: string },
  ) {
    this.#connection = connection;
    this.#stream = stream;
    this.#listener = listener;
    this.#place = after;
    this.#record = after > 0 ? record : undefined;
    this.#filter = filter;
    this.#watch = setInterval(() => this.#listen(), watchMs);
    void this.#create();
  }

  goOn(): void {
    if (this.#stalled === undefined || !this.#listener.hasRoom()) return;
    this.#connection.publish(this.#stalled);
    this.#stalled = undefined;
  }

  /** The stream has a record at this place: if it does not come and nothing else does, nothing will. */
  expect(place: number): void {
    if (place > this.#place) this.#missing ??= { place, sinceMs: performance.now(), isAskedFor: false };
  }

  beginAnew(): void {
    void this.#create();
  }

  stop(): void {
    clearInterval(this.#watch);
    clearImmediate(this.#check);
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  /** The server falls silent too while it waits for our word to go on. */
  #listen(): void {
    if (this.#stalled !== undefined) this.#heardMs = performance.now();
    if (!this.#isDead) return;
    // What came while this thread stood still is heard first.
    this.#check = setImmediate(() => {
      if (this.#isDead) void this.#create();
    });
  }

  get #isDead(): boolean {
    const nowMs = performance.now();
    const missesMs = nowMs - Math.max(this.#heardMs, this.#missing?.sinceMs ?? Infinity);
    return nowMs - this.#heardMs > silenceMs || missesMs > missingMs * 2 ** this.#unheard;
  }

  async #create(): Promise<void> {
    if (this.#isCreating) return;
    this.#isCreating = true;
    this.#unheard += 1;
    this.#subscription?.unsubscribe();
    this.#stalled = undefined;
    this.#delivered = 0;
    const inbox = createInbox();
    const subscription = this.#connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error === null && subscription === this.#subscription) this.#hear(message);
      },
    });
    this.#subscription = subscription;
    try {
      await this.#stream.consumers.add(this.#stream.name, {
        deliver_subject: inbox,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: this.#record === undefined ? this.#place + 1 : this.#place,
        ack_policy: AckPolicy.None,
        max_deliver: 1,
        mem_storage: true,
        num_replicas: 1,
        flow_control: true,
        idle_heartbeat: nanos(heartbeatMs),
        inactive_threshold: nanos(5_000),
        ...(this.#filter !== undefined && { filter_subject: this.#filter }),
      });
      this.#heardMs = performance.now();
      if (this.#missing !== undefined) this.#missing.isAskedFor = true;
    } catch {
      // No leader at the moment, or no connection: told by those who watch over them.
      this.#heardMs = performance.now() - silenceMs + retryMs;
    } finally {
      this.#isCreating = false;
    }
  }

  #hear(message: Msg): void {
    this.#heardMs = performance.now();
    const { data } = message;
    if (data.length === 0 && message.headers?.code === 100) {
      this.#hearStatus(message);
      return;
    }
    const delivery = deliveryOf(message.reply ?? "");
    if (delivery === undefined) return;
    if (delivery.delivered !== this.#delivered + 1) {
      void this.#create();
      return;
    }
    this.#delivered = delivery.delivered;
    if (delivery.place <= this.#place) {
      if (crc32(data) !== this.#checksum) this.#refuse();
      return;
    }
    this.#place = delivery.place;
    this.#unheard = 0;
    if (delivery.place >= (this.#missing?.place ?? Infinity)) this.#missing = undefined;
    if (this.#filter === undefined) this.#record = data;
    this.#listener.onRecord({ place: delivery.place, text: message.string() });
  }

  /** Made only where it is asked for: for each record it was the dearest part of taking it. */
  get #checksum(): number | undefined {
    return typeof this.#record === "object" ? crc32(this.#record) : this.#record;
  }

  /** Nothing more of this: those who watch over the stream find that it went back, or another server has it all. */
  #refuse(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #hearStatus(message: Msg): void {
    const stalled = message.headers?.get("Nats-Consumer-Stalled");
    const goOn = message.reply !== undefined && message.reply !== "" ? message.reply : stalled;
    if (goOn !== undefined && goOn !== "") {
      this.#stalled = goOn;
      this.goOn();
      return;
    }
    this.#unheard = 0;
    const last = message.headers?.get("Nats-Last-Consumer");
    if (last !== undefined && last !== "" && Number(last) > this.#delivered) void this.#create();
    // A consumer made since then has nothing to hand over: somebody took it out of the stream.
    else if (this.#missing?.isAskedFor === true) this.#missing = undefined;
  }
}

/** `$JS.ACK.<stream>.<consumer>.<times>.<place>.<delivered>.<time>.<pending>`, with two tokens more before and one behind from later servers. */
function deliveryOf(reply: string): { place: number; delivered: number } | undefined {
  const tokens = reply.split(".");
  const at = tokens.length > 9 ? 7 : 5;
  const [place, delivered] = [Number(tokens[at]), Number(tokens[at + 1])];
  return Number.isSafeInteger(place) && Number.isSafeInteger(delivered) ? { place, delivered } : undefined;
}
