/**
 * Hands over every record of the stream from a place on, in order, each once. Numbers of the delivery tell a gap, and
 * silence tells a consumer that died with its server, sooner where a record is known to be there: then another is asked
 * for behind the last record handed over, if that is there still. A stream that went back and grew again would else go
 * on as if nothing had been lost.
 */
import { crc32 } from "node:zlib";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { deliveryOf, StreamConsumer } from "./stream-consumer.ts";
import type { LogStream } from "./stream.ts";

/** Several heartbeats; more than one where a record is missed. Twice as long after each consumer of which nothing was heard. */
const silenceMs = 500;
const missingMs = 150;
const mostUnheard = 3;
/**
 * The next is asked for meanwhile: a third of them are given to the server that is gone, and one on a server that is
 * only slow goes on being heard. Twice as long after each, since many at once would be more to do.
 */
const askAgainMs = { first: 40, most: 1_000 };
const watchMs = 40;

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
  #consumer: StreamConsumer | undefined;
  /** Those that may take its place: whichever answers first. */
  readonly #asked = new Set<StreamConsumer>();
  #delivered = 0;
  #heardMs = performance.now();
  #askAgainMs = { at: 0, then: askAgainMs.first };
  /** Consumers begun since anything was heard. */
  #unheard = 0;
  /** The stream has this, and since when that is known. */
  #missing: { readonly place: number; readonly sinceMs: number } | undefined;
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
    this.#ask();
  }

  goOn(): void {
    if (this.#stalled === undefined || !this.#listener.hasRoom()) return;
    this.#connection.publish(this.#stalled);
    this.#stalled = undefined;
  }

  /** The stream has a record at this place: if it does not come and nothing else does, nothing will. */
  expect(place: number): void {
    if (place > this.#place) this.#missing ??= { place, sinceMs: performance.now() };
  }

  /** Nothing more is heard of the consumer there is. */
  beginAnew(): void {
    this.#end();
    this.#ask();
  }

  stop(): void {
    clearInterval(this.#watch);
    clearImmediate(this.#check);
    this.#end();
  }

  /** The server falls silent too while it waits for our word to go on. */
  #listen(): void {
    if (this.#stalled !== undefined) this.#heardMs = performance.now();
    if (!this.#isToAsk) return;
    // What came while this thread stood still is heard first.
    this.#check = setImmediate(() => {
      if (this.#isToAsk) this.#ask();
    });
  }

  get #isToAsk(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.#askAgainMs.at) return false;
    const patience = 2 ** Math.min(this.#unheard, mostUnheard);
    const missesMs = nowMs - Math.max(this.#heardMs, this.#missing?.sinceMs ?? Infinity);
    const isSilent = nowMs - this.#heardMs > silenceMs * patience || missesMs > missingMs * patience;
    return isSilent || this.#asked.size > 0;
  }

  #ask(): void {
    const { then } = this.#askAgainMs;
    this.#askAgainMs = { at: performance.now() + then, then: Math.min(2 * then, askAgainMs.most) };
    const consumer = new StreamConsumer(this.#connection, this.#stream, (message) => {
      if (this.#asked.has(consumer)) this.#take(consumer);
      if (consumer === this.#consumer) this.#hear(consumer, message);
    });
    this.#asked.add(consumer);
    consumer.begin(this.#record === undefined ? this.#place + 1 : this.#place, this.#filter).then(
      () => {
        if (this.#asked.has(consumer)) this.#take(consumer);
      },
      () => {
        // No leader at the moment, or no connection: told by those who watch over them.
        if (this.#asked.delete(consumer)) consumer.end();
      },
    );
  }

  #take(consumer: StreamConsumer): void {
    this.#asked.delete(consumer);
    this.#end();
    this.#consumer = consumer;
    this.#delivered = 0;
    this.#unheard += 1;
    this.#heardMs = performance.now();
  }

  #end(): void {
    this.#consumer?.end();
    this.#consumer = undefined;
    this.#stalled = undefined;
    this.#forgetAsked();
  }

  #forgetAsked(): void {
    for (const consumer of this.#asked) consumer.end();
    this.#asked.clear();
  }

  #hear(consumer: StreamConsumer, message: Msg): void {
    this.#heardMs = performance.now();
    if (this.#asked.size > 0) this.#forgetAsked();
    const { data } = message;
    if (data.length === 0 && message.headers?.code === 100) {
      this.#hearStatus(consumer, message);
      return;
    }
    const delivery = deliveryOf(message.reply ?? "");
    if (delivery === undefined) return;
    if (delivery.count !== this.#delivered + 1) {
      this.beginAnew();
      return;
    }
    this.#delivered = delivery.count;
    if (delivery.place <= this.#place) {
      // Nothing more of this: those who watch over the stream find that it went back, or another server has it all.
      if (crc32(data) !== this.#checksum) this.#end();
      return;
    }
    this.#place = delivery.place;
    this.#heardNew();
    if (delivery.place >= (this.#missing?.place ?? Infinity)) this.#missing = undefined;
    if (this.#filter === undefined) this.#record = data;
    this.#listener.onRecord({ place: delivery.place, text: message.string() });
  }

  #heardNew(): void {
    this.#unheard = 0;
    this.#askAgainMs.then = askAgainMs.first;
  }

  /** Made only where it is asked for: for each record it was the dearest part of taking it. */
  get #checksum(): number | undefined {
    return typeof this.#record === "object" ? crc32(this.#record) : this.#record;
  }

  #hearStatus(consumer: StreamConsumer, message: Msg): void {
    const stalled = message.headers?.get("Nats-Consumer-Stalled");
    const goOn = message.reply !== undefined && message.reply !== "" ? message.reply : stalled;
    if (goOn !== undefined && goOn !== "") {
      this.#stalled = goOn;
      this.goOn();
      return;
    }
    this.#heardNew();
    const last = message.headers?.get("Nats-Last-Consumer");
    if (last !== undefined && last !== "" && Number(last) > this.#delivered) this.beginAnew();
    // It was asked for since and has nothing to hand over: somebody took that out of the stream.
    else if (consumer.sinceMs > (this.#missing?.sinceMs ?? Infinity)) this.#missing = undefined;
  }
}
