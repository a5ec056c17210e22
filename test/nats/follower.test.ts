/** How a node follows the stream of a real nats-server when the consumer that hands it over dies. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jetstream } from "@nats-io/jetstream";
import type { SubscriptionOptions } from "@nats-io/transport-node";
import { connectToNats, type NatsLink } from "../../src/nats/connection.ts";
import { Follower } from "../../src/nats/follower.ts";
import { openStream, type LogStream } from "../../src/nats/stream.ts";
import { startNats, type NatsServer } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Followed {
  readonly follower: Follower;
  readonly heard: (place: number) => Promise<void>;
}

interface Followable {
  readonly nats: NatsServer;
  readonly link: NatsLink;
  readonly stream: LogStream;
  readonly publish: () => Promise<number>;
  readonly follow: () => Followed;
}

async function startStream(t: TestContext): Promise<Followable | undefined> {
  const nats = await startNats(t);
  if (nats === undefined) return undefined;
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
  const stream = await openStream(link, silent, () => undefined);
  const client = jetstream(link.connection);
  const publish = async (): Promise<number> => (await client.publish(stream.subjects.records, "{}")).seq;
  const followers: Follower[] = [];
  t.after(async () => {
    for (const follower of followers) follower.stop();
    await link.close();
  });
  const follow = (): Followed => {
    const [waiters, places] = [new Map<number, () => void>(), new Set<number>()];
    const onRecord = ({ place }: { place: number }): void => {
      places.add(place);
      waiters.get(place)?.();
    };
    const heard = (place: number): Promise<void> =>
      places.has(place) ? Promise.resolve() : new Promise((resolve) => waiters.set(place, resolve));
    const listener = { onRecord, hasRoom: () => true };
    const follower = new Follower(link.connection, stream, listener, { after: 0 });
    followers.push(follower);
    return { follower, heard };
  };
  return { nats, link, stream, publish, follow };
}

test("a record that is known to be in the stream is missed long before the consumer's silence tells", async (t) => {
  const followable = await startStream(t);
  if (followable === undefined) return;
  const { stream, publish, follow } = followable;
  // Were neither told, the one that was made first would have it first.
  const [untold, told] = [follow(), follow()];
  const before = await publish();
  await Promise.all([told.heard(before), untold.heard(before)]);
  const consumers = await stream.jsm.consumers.list(stream.name).next();
  assert.equal(consumers.length, 2);
  for (const { name } of consumers) await stream.jsm.consumers.delete(stream.name, name);
  const after = await publish();
  told.follower.expect(after);
  const first = await Promise.race([
    told.heard(after).then(() => "who was told of it"),
    untold.heard(after).then(() => "who was not"),
  ]);
  assert.equal(first, "who was told of it");
});

/** As from a server that is gone. */
const noAnswer = (): Promise<never> => new Promise(() => undefined);

test("a consumer that was given to a server which is gone is not waited for", async (t) => {
  const followable = await startStream(t);
  if (followable === undefined) return;
  const { stream, publish, follow } = followable;
  t.mock.method(stream.jsm.consumers, "add", noAnswer, { times: 2 });
  const { heard } = follow();
  await heard(await publish());
});

test("a consumer on a server that is only slow is heard while another is asked for", async (t) => {
  const followable = await startStream(t);
  if (followable === undefined) return;
  const { nats, stream, publish, follow } = followable;
  const { heard } = follow();
  await heard(await publish());
  const { promise, resolve } = Promise.withResolvers<undefined>();
  t.mock.method(stream.jsm.consumers, "add", () => {
    resolve(undefined);
    return noAnswer();
  });
  nats.signal("SIGSTOP");
  await promise;
  nats.signal("SIGCONT");
  await heard(await publish());
});

test("what was taken out of the stream before it came is not asked for again and again", async (t) => {
  const followable = await startStream(t);
  if (followable === undefined) return;
  const { link, publish, follow } = followable;
  const subscribe = link.connection.subscribe.bind(link.connection);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let [made, heardSince] = [0, 0];
  t.mock.method(link.connection, "subscribe", (subject: string, { callback }: SubscriptionOptions) => {
    let beats = 0;
    made += 1;
    heardSince = 0;
    return subscribe(subject, {
      callback: (error, message) => {
        const isBeat = message.headers?.code === 100;
        if (isBeat) beats += 1;
        // As from a server that is late with them: what is missed is asked for before the next.
        if (isBeat && beats % 2 === 1) return;
        void callback?.(error, message);
        if (isBeat) heardSince += 1;
        if (made > 1 && heardSince === 4) resolve(undefined);
      },
    });
  });
  const { follower, heard } = follow();
  const last = await publish();
  await heard(last);
  follower.expect(last + 1);
  await promise;
});
