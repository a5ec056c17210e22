/** What a node brings into the stream, on a real nats-server: here the test is the feed, and says when it has come. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { refused } from "../../src/message-log/act-store.ts";
import { decodeRecord } from "../../src/message-log/log-record.ts";
import type { Act, Outcome } from "../../src/message-log/message-log.ts";
import { connectToNats } from "../../src/nats/connection.ts";
import { Publisher } from "../../src/nats/publisher.ts";
import { openStream, type LogStream } from "../../src/nats/stream.ts";
import { message } from "../contract/message-log.ts";
import { eventually } from "../message-log/opened-log.ts";
import { startNats } from "../support/nats.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Opened {
  readonly publisher: Publisher;
  readonly stream: LogStream;
  /** By ref: what is found kept when an act comes again. */
  readonly kept: Map<string, Outcome>;
  /** Refs in the order in which they were answered. */
  readonly answered: string[];
  readonly append: (act: Act) => Promise<Outcome>;
  /** Resolves when everything sent so far has been to the server and back. */
  readonly flushed: () => Promise<void>;
}

async function openPublisher(t: TestContext): Promise<Opened | undefined> {
  const nats = await startNats(t);
  if (nats === undefined) return undefined;
  const link = await connectToNats({ servers: [nats.url], prefix: "confab" }, silent);
  const stream = await openStream(link, silent, () => undefined);
  const [kept, answered] = [new Map<string, Outcome>(), [] as string[]];
  const recall = ({ ref }: Act): Outcome | undefined => kept.get(ref);
  const reached = () => Promise.resolve();
  const publisher = new Publisher({ link, stream, node: "n1", recall, reached, expect: () => undefined });
  t.after(async () => {
    publisher.stop();
    await link.close();
  });
  const append = async (act: Act): Promise<Outcome> => {
    const outcome = await publisher.append(act, 1);
    answered.push(act.ref);
    return outcome;
  };
  return { publisher, stream, kept, answered, append, flushed: () => link.connection.flush() };
}

/** What the stream holds: the acts' refs, and the names of their appends. */
async function heldBy({ jsm, name }: LogStream): Promise<{ ref: string; by: string }[]> {
  const { state } = await jsm.streams.info(name);
  const places = Array.from({ length: state.messages }, (_, at) => at + 1);
  const found = await Promise.all(places.map((seq) => jsm.streams.getMessage(name, { seq })));
  return found.map((one) => {
    const record = decodeRecord(one?.string() ?? "");
    assert(record?.type === "act");
    return { ref: record.act.ref, by: record.by ?? "" };
  });
}

test("I4 a repeat is answered only after what the same person said before it", async (t) => {
  const opened = await openPublisher(t);
  if (opened === undefined) return;
  const { publisher, stream, kept, answered, append, flushed } = opened;
  const [first, repeat, others] = [message("new"), message("kept"), message("kept", { uid: "bob" })];
  for (const { ref } of [repeat, others]) kept.set(ref, { kept: true, seq: 1, at: 1, repeat: true });
  const all = [append(first), append(repeat), append(others)];
  await eventually(async () => (await heldBy(stream)).length === 1);
  await flushed();
  assert.deepEqual(answered, [others.ref], "what another said waits for nobody");
  const [held] = await heldBy(stream);
  publisher.cameBack(held?.by ?? "", { kept: true, seq: 2, at: 1, repeat: false });
  await Promise.all(all);
  assert.deepEqual(answered, [others.ref, first.ref, repeat.ref]);
});

test("I4 what follows something unavailable is unavailable too, also what was kept before", async (t) => {
  const opened = await openPublisher(t);
  if (opened === undefined) return;
  const { publisher, stream, kept, append } = opened;
  const [first, repeat] = [message("new"), message("kept")];
  kept.set(repeat.ref, { kept: true, seq: 1, at: 1, repeat: true });
  const all = [append(first), append(repeat)];
  await eventually(async () => (await heldBy(stream)).length === 1);
  const [held] = await heldBy(stream);
  publisher.cameBack(held?.by ?? "", refused("unavailable"));
  const told = (await Promise.all(all)).map((outcome) => !outcome.kept && outcome.code);
  assert.deepEqual(told, ["unavailable", "unavailable"]);
});

test("I4 what is in the stream behind something unavailable is unavailable too, even if the feed brings it after all", async (t) => {
  const opened = await openPublisher(t);
  if (opened === undefined) return;
  const { publisher, stream, append } = opened;
  const [first, next, others] = [message("first"), message("next"), message("others", { uid: "bob" })];
  const all = [append(first), append(next), append(others)];
  await eventually(async () => (await heldBy(stream)).length === 3);
  const by = new Map((await heldBy(stream)).map((held) => [held.ref, held.by]));
  publisher.cameBack(by.get(first.ref) ?? "", refused("unavailable"));
  for (const [at, { ref }] of [next, others].entries()) {
    publisher.cameBack(by.get(ref) ?? "", { kept: true, seq: at + 2, at: 1, repeat: false });
  }
  const told = (await Promise.all(all)).map((outcome) => outcome.kept || outcome.code);
  assert.deepEqual(told, ["unavailable", "unavailable", true]);
});

test("I3 I4 an acknowledgement of the stream that was lost: the act is there once, and what follows waits for it", async (t) => {
  const opened = await openPublisher(t);
  if (opened === undefined) return;
  const { publisher, stream, kept, answered, append, flushed } = opened;
  const { jsm, name } = stream;
  const { config } = await jsm.streams.info(name);
  await jsm.streams.update(name, { ...config, no_ack: true });
  const [first, next] = [message("first"), message("next")];
  const all = [append(first), append(next)];
  await eventually(async () => (await heldBy(stream)).length === 1);
  await flushed();
  await jsm.streams.update(name, { ...config, no_ack: false });
  kept.set(first.ref, { kept: true, seq: 1, at: 1, repeat: true });
  assert.deepEqual((await heldBy(stream)).length, 1, "the next is held back");
  await eventually(async () => (await heldBy(stream)).length === 2);
  const held = await heldBy(stream);
  assert.deepEqual(
    held.map(({ ref }) => ref),
    [first.ref, next.ref],
  );
  publisher.cameBack(held[1]?.by ?? "", { kept: true, seq: 2, at: 1, repeat: false });
  await Promise.all(all);
  assert.deepEqual(answered, [first.ref, next.ref]);
});
