/**
 * A power cut: everything that was not synced is undone, or survives in part. One recorded life of the server holds a
 * power cut at every moment of it; after each of them a fresh server keeps whatever had been acknowledged by then (I2).
 */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { AckFrame } from "../../src/protocol/server-frames.ts";
import { connect, newKey, type TestClient } from "../support/client.ts";
import { everyMessage } from "../support/events-pages.ts";
import { requireProgram } from "../support/programs.ts";
import { compileRecorder, DiskRecord, nothingUnsynced, type Survives } from "../support/recorded-disk.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { spawnServer, startServer, temporaryFolder } from "../support/server.ts";

/** An acknowledgement, and the moment at which the disk's record had come to when it arrived. */
interface Acknowledged {
  readonly ref: string;
  readonly seq: number;
  readonly moment: number;
  readonly epoch: string;
}

interface Life {
  readonly record: DiskRecord;
  readonly acks: readonly Acknowledged[];
  readonly key: string;
  readonly uid: string;
}

const textOf = (ref: string): string => ref.padEnd(3_000, ".");

/** Says messages one batch after the other, so that there are many commits and some checkpoints. */
async function talk(client: TestClient, prefix: string, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const refs = Array.from({ length: 1 + (batch % 5) }, (_, at) => `${prefix}-${batch}-${at}`);
    for (const ref of refs) client.send({ action: "message", ref, message: textOf(ref) });
    await client.until("ack", ({ ref }) => ref === refs.at(-1));
  }
}

/** Two lives on one disk: the first killed, so that the second begins with a log to recover. */
async function live(t: TestContext, env: Record<string, string>): Promise<Life | undefined> {
  const folder = temporaryFolder(t);
  const recorder = join(folder, "recorder.so");
  const gcc = requireProgram(t, "gcc");
  if (gcc === undefined) return undefined;
  compileRecorder(gcc, recorder);
  const dataDir = mkdtempSync(join(folder, "data-"));
  const record = new DiskRecord(join(folder, "record"), dataDir);
  const acks: Acknowledged[] = [];
  const key = newKey();
  let uid = "";
  for (const life of ["first", "second"]) {
    const server = await spawnServer(t, { DATA_DIR: dataDir, ...env, ...record.env(recorder) });
    const ana = await connect(server.socket(), { key });
    const { epoch } = ana.welcome;
    uid = ana.welcome.uid;
    ana.websocket.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string };
      if (frame.type === "ack") acks.push({ ...(frame as AckFrame), moment: record.now(), epoch });
    });
    await talk(ana, life, 60);
    await server.kill("SIGKILL");
  }
  return { record, acks, key, uid };
}

/** The first writes of each life are where files are made; the rest is a sample. */
function someMoments({ record, acks }: Life, count: number, random: () => number): number[] {
  const all = record.moments();
  const first = acks[0]?.moment ?? 0;
  const sample = Array.from({ length: count }, () => all[Math.floor(random() * all.length)] ?? 0);
  return [...new Set([first, ...sample])].toSorted((a, b) => a - b);
}

interface Found {
  readonly moment: number;
  readonly lost: readonly Acknowledged[];
  readonly wasReset: boolean;
}

/** Starts a server on what is left, and looks. */
async function comeBack(t: TestContext, dataDir: string, life: Life, moment: number): Promise<Found> {
  const server = await startServer(t, { DATA_DIR: dataDir });
  const kept = new Map((await everyMessage(server.url, "lobby")).map((message) => [message.ref, message]));
  for (const [ref, { msg }] of kept) assert.equal(msg, textOf(ref), `the text of ${ref}`);
  const promised = life.acks.filter((ack) => ack.moment <= moment);
  const lost = promised.filter(({ ref, seq }) => kept.get(ref)?.seq !== seq);
  const last = promised.at(-1);
  const position = last === undefined ? { since: 0 } : { since: last.seq, epoch: last.epoch };
  const ana = await connect(server.socket(), { key: life.key, ...position });
  if (last !== undefined && lost.length === 0) {
    assert.equal(ana.welcome.uid, life.uid, "the same person after the power cut");
    ana.send({ action: "message", ref: last.ref, message: textOf(last.ref) });
    assert.equal((await ana.until("ack")).seq, last.seq, "I3 a resend is still known");
  }
  await ana.close();
  await server.stop();
  return { moment, lost, wasReset: !ana.welcome.resumed };
}

const survivors: Readonly<Record<string, (random: () => number) => Survives>> = {
  "everything that was not synced is undone": () => nothingUnsynced,
  "any part of what was not synced survives": (random) => () => random() < 0.5,
};

/** Power cuts at many moments of one life, and what was found after each. */
async function powerCuts(
  t: TestContext,
  life: Life,
  survivesBy: (random: () => number) => Survives,
): Promise<Found[]> {
  const random = seededRandom(11);
  const disk = life.record.replay();
  const found: Found[] = [];
  for (const moment of someMoments(life, 30, random)) {
    disk.advanceTo(moment);
    const dataDir = temporaryFolder(t);
    disk.writeTo(dataDir, survivesBy(random));
    found.push(await comeBack(t, dataDir, life, moment));
  }
  return found;
}

for (const [what, survivesBy] of Object.entries(survivors)) {
  test(`I2 after a power cut in which ${what}, all that was acknowledged is there`, async (t) => {
    const life = await live(t, {});
    if (life === undefined) return;
    for (const { moment, lost, wasReset } of await powerCuts(t, life, survivesBy)) {
      assert.deepEqual(lost, [], `after a power cut at ${moment} of ${life.record.now()}`);
      assert.equal(wasReset, false, "who had it all goes on from there");
    }
  });
}

test("with SYNC=normal a power cut may undo the last moments, and whoever had seen them is told by reset", async (t) => {
  const life = await live(t, { SYNC: "normal" });
  if (life === undefined) return;
  const found = await powerCuts(t, life, () => nothingUnsynced);
  assert(
    found.some(({ lost }) => lost.length > 0),
    "else these power cuts undo nothing, and the tests above prove nothing",
  );
  for (const { moment, lost, wasReset } of found) {
    assert.equal(wasReset, lost.length > 0, `${lost.length} lost by a power cut at ${moment}`);
  }
});
