import { messageLogContract } from "../contract/message-log.ts";
import { retentionContract } from "../contract/retention.ts";
import { startNats } from "../support/nats.ts";
import { openNode } from "./opened-log.ts";

messageLogContract("JetStreamLog", async (t) => {
  const nats = await startNats(t);
  return nats === undefined ? undefined : openNode(t, nats.url);
});

retentionContract("JetStreamLog", async (t, options) => {
  const nats = await startNats(t);
  return nats === undefined ? undefined : openNode(t, nats.url, options);
});
