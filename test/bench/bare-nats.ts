/**
 * The floor of node to node: two bare clients of NATS on the same servers. One puts records into a stream of three
 * copies, the other follows it; neither has a file, sockets or people.
 */
import { AckPolicy, DeliverPolicy, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect, createInbox, headers, nanos, type Msg } from "@nats-io/transport-node";
import { setTimeout as delay } from "node:timers/promises";
import type { NatsCluster } from "../support/nats.ts";

/** As long as one of our records. */
const record = "x".repeat(320);

export interface BareClients {
  /** @returns how long each record took from one client to the other, in milliseconds */
  readonly measure: (perSecond: number, seconds: number) => Promise<number[]>;
  readonly close: () => Promise<void>;
}

export async function bareClients({ servers: [first, second] }: NatsCluster): Promise<BareClients> {
  const [one, two] = [
    await connect({ servers: first?.url ?? "" }),
    await connect({ servers: second?.url ?? "" }),
  ];
  const name = "bare";
  const jsm = await jetstreamManager(one);
  const copies = { num_replicas: 3, storage: StorageType.File, duplicate_window: nanos(60_000) };
  await jsm.streams.add({ name, subjects: [name], ...copies });
  const [sentAt, inbox] = [new Map<string, number>(), createInbox()];
  let tookMs: number[] = [];
  const hear = ({ headers: named }: Msg): void => {
    const at = sentAt.get(named?.get("Nats-Msg-Id") ?? "");
    if (at !== undefined) tookMs.push(performance.now() - at);
  };
  two.subscribe(inbox, { callback: (_, message) => hear(message) });
  await jsm.consumers.add(name, {
    deliver_subject: inbox,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.None,
    mem_storage: true,
    num_replicas: 1,
  });
  const put = (): void => {
    const id = `b${sentAt.size}`;
    const named = headers();
    named.set("Nats-Msg-Id", id);
    sentAt.set(id, performance.now());
    one.publish(name, record, { headers: named, reply: createInbox() });
  };
  const measure = async (perSecond: number, seconds: number): Promise<number[]> => {
    tookMs = [];
    const [total, startedMs, before] = [perSecond * seconds, performance.now(), sentAt.size];
    while (tookMs.length < total) {
      await delay(1);
      const due = before + Math.min(total, ((performance.now() - startedMs) / 1_000) * perSecond);
      while (sentAt.size < due) put();
    }
    return tookMs;
  };
  const close = async (): Promise<void> => {
    await jsm.streams.delete(name);
    await Promise.all([one.close(), two.close()]);
  };
  return { measure, close };
}
