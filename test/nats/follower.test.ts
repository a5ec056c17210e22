/** How a node follows the stream of a real nats-server when the consumer that hands it over dies. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jetstream } from "@nats-io/jetstream";
import { connectToNats } from "../../src/nats/connection.ts";
import { Follower } from "../../src/nats/follower.ts";
import { openStream } from "../../src/nats/stream.ts";
import { startNats } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test("a record that is known to be in the stream is missed long before the consumer's silence tells", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
  const stream = await openStream(link, silent, () => undefined);
  const client = jetstream(link.connection);
  const publish = async (): Promise<number> => (await client.publish(stream.subjects.records, "{}")).seq;
  const follow = (): { follower: Follower; heard: (place: number) => Promise<void> } => {
    const [waiters, places] = [new Map<number, () => void>(), new Set<number>()];
    const onRecord = ({ place }: { place: number }): void => {
      places.add(place);
      waiters.get(place)?.();
    };
    const heard = (place: number): Promise<void> =>
      places.has(place) ? Promise.resolve() : new Promise((resolve) => waiters.set(place, resolve));
    const listener = { onRecord, hasRoom: () => true };
    return { follower: new Follower(link.connection, stream, listener, { after: 0 }), heard };
  };
  // Were neither told, the one that was made first would have it first.
  const [untold, told] = [follow(), follow()];
  t.after(async () => {
    told.follower.stop();
    untold.follower.stop();
    await link.close();
  });
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
