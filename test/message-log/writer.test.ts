import test from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TestContext } from "node:test";
import { LogWriter } from "../../src/message-log/log-writer.ts";
import type { Outcome, RoomEvent } from "../../src/message-log/message-log.ts";
import { Writer } from "../../src/message-log/writer.ts";
import type { FromWriter, WriterOptions } from "../../src/message-log/writer-messages.ts";
import { message } from "../contract/message-log.ts";
import { eventually, temporaryFolder } from "./opened-log.ts";

interface WriterUnderTest {
  readonly writer: Writer;
  readonly fed: readonly RoomEvent[];
  readonly lines: readonly string[];
}

async function mortalWriter(t: TestContext): Promise<WriterUnderTest> {
  const fed: RoomEvent[] = [];
  const lines: string[] = [];
  const take = (_fields: object, event: string) => void lines.push(event);
  const writer = new Writer(
    { path: join(temporaryFolder(t), "confab.db"), sync: "full", epoch: "epoch" },
    { info: take, warn: take, error: take },
    { onEvents: (events) => fed.push(...events) },
    new URL("./dying-writer.ts", import.meta.url),
  );
  t.after(() => writer.close());
  await writer.opened();
  return { writer, fed, lines };
}

function textsOf(fed: readonly RoomEvent[]): unknown[] {
  return fed.map(({ event }) => "msg" in event && event.msg);
}

function codeOf(outcome: Outcome): string {
  return outcome.kept ? "kept" : outcome.code;
}

test("I2 a thread that dies after the commit is replaced, and the file acknowledges what it kept", async (t) => {
  const { writer, fed, lines } = await mortalWriter(t);
  await writer.append(message("before"), 1);
  const outcome = await writer.append(message("die after"), 2);
  assert.deepEqual(outcome, { kept: true, seq: 2, at: 2, repeat: false });
  assert.equal(codeOf(await writer.append(message("next"), 3)), "kept");
  assert.deepEqual(textsOf(fed), ["before", "die after", "next"]);
  assert.deepEqual(lines, ["log_refuses_appends", "log_takes_appends_again"]);
  assert.deepEqual(writer.status, { state: "ok" });
});

test("I2 a thread that dies before the commit is replaced, and its batch refused, to be sent again", async (t) => {
  const { writer, fed } = await mortalWriter(t);
  const act = message("die before");
  const underWay = writer.append(act, 1);
  const waiting = writer.append(message("behind it"), 2);
  assert.equal(codeOf(await underWay), "unavailable");
  assert.equal(codeOf(await waiting), "unavailable", "it must not overtake what it was sent behind");
  await eventually(() => writer.status.state === "ok");
  assert.equal(codeOf(await writer.append(act, 3)), "kept");
  assert.deepEqual(textsOf(fed), ["die before"]);
});

test("while the thread is down appends are refused at once, and the reason is told", async (t) => {
  const { writer, lines } = await mortalWriter(t);
  const underWay = writer.append(message("die before"), 1);
  await eventually(() => writer.status.state === "degraded");
  assert.match(JSON.stringify(writer.status), /the writer thread ended/);
  assert.equal(codeOf(await writer.append(message("now"), 2)), "unavailable");
  await underWay;
  await eventually(() => lines.includes("log_takes_appends_again"));
});

function writerOn(t: TestContext, path: string): { writer: LogWriter; told: FromWriter[] } {
  const told: FromWriter[] = [];
  const options: WriterOptions = { path, sync: "full", epoch: "epoch", fedThrough: undefined };
  const writer = new LogWriter(options, (message) => told.push(message));
  t.after(() => writer.handle({ type: "close" }));
  return { writer, told };
}

test("a file locked for long refuses appends until it is free again, then recovers by itself", async (t) => {
  const path = join(temporaryFolder(t), "confab.db");
  const { writer, told } = writerOn(t, path);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const first = { act: message("first"), at: 1 };
  writer.handle({ type: "append", batch: [first] });
  assert.deepEqual(
    told.map(({ type }) => type),
    ["opened", "failed", "settled"],
  );
  writer.handle({ type: "append", batch: [first] });
  const answers = told.flatMap((message) => (message.type === "settled" ? message.outcomes : []));
  assert.deepEqual(answers.map(codeOf), ["unavailable", "unavailable"]);
  other.exec("ROLLBACK");
  other.close();
  await eventually(() => told.some(({ type }) => type === "recovered"));
  writer.handle({ type: "append", batch: [first] });
  const last = told.at(-1);
  assert.ok(last?.type === "kept");
  assert.deepEqual(last.outcomes.map(codeOf), ["kept"]);
});

test("what waits behind an act that was refused is refused too, though others of its batch were taken", async (t) => {
  const { writer } = await mortalWriter(t);
  const batch = [writer.append(message("no room"), 2), writer.append(message("taken"), 3)];
  // What comes in one turn of the loop is under way in the next.
  await nextTurn();
  const behind = writer.append(message("behind"), 4);
  const outcomes = await Promise.all([...batch, behind]);
  assert.deepEqual(outcomes.map(codeOf), ["unavailable", "kept", "unavailable"]);
  assert.equal(codeOf(await writer.append(message("behind"), 5)), "kept");
});
