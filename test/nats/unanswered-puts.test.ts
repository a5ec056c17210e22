/** How long an append waits for a stream that does not answer: here the test is the stream, and answers when it likes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Msg } from "@nats-io/transport-node";
import { connectToNats } from "../../src/nats/connection.ts";
import { Publisher } from "../../src/nats/publisher.ts";
import { StreamPuts } from "../../src/nats/stream-puts.ts";
import { openStream } from "../../src/nats/stream.ts";
import { message } from "../contract/message-log.ts";
import { eventually } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const subject = "put.here";

test("what the stream does not answer is put again long before it has had two seconds, and then waited for longer", async (t) => {
  const nats = await startNats(t);
  if (nats === undefined) return;
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
  t.after(() => link.close());
  const stream = {
    ...(await openStream(link, silent, () => undefined)),
    subjects: { records: subject, erased: "" },
  };
  const happened: string[] = [];
  const heard: Msg[] = [];
  // Nobody answers these either: they tell the order in which patience ends, however slow the machine is.
  const others = new StreamPuts(link, subject);
  t.after(() => others.stop());
  const putWithPatience = async (patienceMs: number): Promise<void> => {
    await others.put("another's", "", patienceMs);
    happened.push(`${patienceMs} ms are over`);
  };
  link.connection.subscribe(subject, {
    callback: (_, put) => {
      if (put.string() === "another's") return;
      heard.push(put);
      happened.push(`put ${heard.length}`);
      if (heard.length === 1) void putWithPatience(2_000);
      if (heard.length === 2) void putWithPatience(300);
    },
  });
  const parts = { link, stream, node: "n1", recall: () => undefined, reached: () => Promise.resolve() };
  const publisher = new Publisher({ ...parts, expect: () => undefined });
  t.after(() => publisher.stop());
  const appended = publisher.append(message("hello"), 1);
  await eventually(() => heard.length === 3);
  const [one, two, ...then] = happened;
  assert.deepEqual([one, two], ["put 1", "put 2"]);
  const third = then.indexOf("put 3");
  assert.ok(then.slice(0, third).includes("300 ms are over"));
  const [first, , last] = heard;
  assert.equal(
    last?.headers?.get("Nats-Msg-Id"),
    first?.headers?.get("Nats-Msg-Id"),
    "the stream knows it again",
  );
  last?.respond(JSON.stringify({ stream: "any", seq: 7 }));
  await link.connection.flush();
  publisher.cameBack(/"by":"([^"]+)"/.exec(last?.string() ?? "")?.[1] ?? "", {
    kept: true,
    seq: 7,
    at: 1,
    repeat: false,
  });
  assert.ok((await appended).kept);
});
