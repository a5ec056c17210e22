/** What a real nats-server says of what is put into its stream, and who is told when nothing can come any more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectToNats } from "../../src/nats/connection.ts";
import { StreamPuts } from "../../src/nats/stream-puts.ts";
import { openStream } from "../../src/nats/stream.ts";
import { startNats } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test(
  "what was on its way when the connection was lost is not waited for on the next one",
  { timeout: 60_000 },
  async (t) => {
    const nats = await startNats(t);
    if (nats === undefined) return;
    const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
    t.after(() => link.close());
    const { jsm, name, subjects } = await openStream(link, silent, () => undefined);
    const { config } = await jsm.streams.info(name);
    await jsm.streams.update(name, { ...config, no_ack: true });
    const puts = new StreamPuts(link, subjects.records);
    t.after(() => puts.stop());
    const lost = puts.put("{}", "first", Infinity);
    await link.connection.reconnect();
    assert.equal(await lost, undefined);
    await jsm.streams.update(name, { ...config, no_ack: false });
    const put = await puts.put("{}", "second", Infinity);
    assert.equal(put?.isRepeat, false, "and the next is heard of");
  },
);
