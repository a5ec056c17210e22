/**
 * One consumer of the stream: what pushes records from a place on to this node. NATS gives it to any server that has
 * the stream, also to one that is gone, and then neither the question is answered nor anything handed over.
 */
import { AckPolicy, DeliverPolicy } from "@nats-io/jetstream";
import { createInbox, nanos } from "@nats-io/transport-node";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { LogStream } from "./stream.ts";

/** The least that NATS takes. */
const heartbeatMs = 100;

export interface Delivery {
  readonly place: number;
  /** One more each time. */
  readonly count: number;
}

export class StreamConsumer {
  readonly sinceMs = performance.now();
  readonly #stream: LogStream;
  readonly #subscription: Subscription;
  readonly #inbox = createInbox();

  constructor(connection: NatsConnection, stream: LogStream, onMessage: (message: Msg) => void) {
    this.#stream = stream;
    this.#subscription = connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error === null) onMessage(message);
      },
    });
  }

  /** Resolves when its server has it; it may be heard before. */
  async begin(from: number, filter: string | undefined): Promise<void> {
    await this.#stream.jsm.consumers.add(this.#stream.name, {
      deliver_subject: this.#inbox,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
      flow_control: true,
      idle_heartbeat: nanos(heartbeatMs),
      inactive_threshold: nanos(5_000),
      ...(filter !== undefined && { filter_subject: filter }),
    });
  }

  /** Its server takes it away once nobody listens. */
  end(): void {
    this.#subscription.unsubscribe();
  }
}

/** `$JS.ACK.<stream>.<consumer>.<times>.<place>.<delivered>.<time>.<pending>`, with two tokens more before and one behind from later servers. */
export function deliveryOf(reply: string): Delivery | undefined {
  const tokens = reply.split(".");
  const at = tokens.length > 9 ? 7 : 5;
  const [place, count] = [Number(tokens[at]), Number(tokens[at + 1])];
  return Number.isSafeInteger(place) && Number.isSafeInteger(count) ? { place, count } : undefined;
}
