/** What a node says of the stream where NATS answers no questions: here nobody ever does, as while servers elect who does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { connectToNats } from "../../src/nats/connection.ts";
import { StreamWatch } from "../../src/nats/stream-watch.ts";
import { openStream } from "../../src/nats/stream.ts";
import { eventually } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test("while nobody answers questions a stream that still brings something is no trouble; one that does not is", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
  const stream = await openStream(link, silent, () => undefined);
  const jsm = await jetstreamManager(link.connection, { checkAPI: false, apiPrefix: "nobody" });
  let [place, asked, isBringing] = [0, 0, true];
  const following = {
    /** The watch looks here each time it asks. */
    get followed() {
      asked += 1;
      if (isBringing) place += 1;
      return { place, base: 0, epoch: "", record: 0, repeated: 0, erasedThrough: 0, rules: 0 };
    },
    beginAnew: () => undefined,
  };
  const watch = new StreamWatch(link, { ...stream, jsm }, following, () => undefined);
  t.after(async () => {
    watch.stop();
    await link.close();
  });
  const trouble = (): string => watch.trouble ?? "none";
  const first = asked;
  await eventually(() => asked > first + 2);
  assert.equal(trouble(), "none");
  isBringing = false;
  await eventually(() => trouble() !== "none");
  assert.match(trouble(), /no leader that answers/);
});
