/** The wall clock jumps, both ways: order is the log's own, and nothing is taken out by an age that is a mistake. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { PruneLimits } from "../../src/message-log/surplus.ts";
import { Retention } from "../../src/message-log/retention.ts";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import type { MessageAct, RoomEvent } from "../../src/message-log/message-log.ts";
import { temporaryFolder } from "../support/server.ts";

const dayMs = 24 * 60 * 60 * 1000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Jumps of the wall clock between messages: sets of a wrong date, and steps of a time service. */
const jumpsMs = [0, 400 * dayMs, -800 * dayMs, 5_000, -5_000, 30 * dayMs, -1];

class Clocks {
  wallMs = Date.UTC(2030, 0, 1);
  monotonicMs = 0;

  options(): { now: () => number; monotonicNow: () => number } {
    return { now: () => this.wallMs, monotonicNow: () => this.monotonicMs };
  }
}

const act = (count: number): MessageAct => {
  const ref = `r${count}`;
  return { type: "msg", room: "lobby", uid: "ana", ref, msg: `text ${count}`, id: 1, name: "Ana" };
};

async function open(
  t: TestContext,
  dataDir: string,
  clocks: Clocks,
): Promise<{ log: SqliteLog; fed: RoomEvent[] }> {
  const fed: RoomEvent[] = [];
  const options = { dataDir, sync: "full", lockWaitMs: 5_000, lines: silent, maxAgeDays: 10 } as const;
  const log = new SqliteLog({ ...options, ...clocks.options() });
  await log.start((event) => fed.push(event));
  t.after(() => log.close());
  return { log, fed };
}

test("I4 a clock that jumps changes neither order nor resume", async (t) => {
  const clocks = new Clocks();
  const { log, fed } = await open(t, temporaryFolder(t), clocks);
  const seqs: number[] = [];
  for (const [count, jumpMs] of jumpsMs.entries()) {
    clocks.wallMs += jumpMs;
    const outcome = await log.append(act(count));
    assert(outcome.kept);
    assert.equal(outcome.at, clocks.wallMs);
    seqs.push(outcome.seq);
  }
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
  );
  const events = fed.map(({ event }) => event);
  for (const [at, since] of seqs.entries()) {
    assert(log.knows("lobby", { since, epoch: log.epoch }));
    assert.deepEqual(log.eventsAfter("lobby", since, 100), events.slice(at + 1));
  }
  const repeat = await log.append(act(1));
  assert.deepEqual([repeat.kept && repeat.repeat, repeat.kept && repeat.seq], [true, seqs[1]]);
});

test("a restart under a wrong clock gives no number twice and knows the old positions", async (t) => {
  const dataDir = temporaryFolder(t);
  const clocks = new Clocks();
  const first = await open(t, dataDir, clocks);
  const before = await first.log.append(act(1));
  await first.log.close();
  clocks.wallMs -= 3_000 * dayMs;
  const { log } = await open(t, dataDir, clocks);
  const after = await log.append(act(2));
  assert(before.kept && after.kept && after.seq > before.seq);
  assert(log.knows("lobby", { since: before.seq, epoch: first.log.epoch }));
});

test("nothing is taken out for its age while wall and monotonic clock disagree", () => {
  const clocks = new Clocks();
  const sweeps: PruneLimits[] = [];
  const retention = new Retention({ maxAgeDays: 10, ...clocks.options() }, (limits) => sweeps.push(limits));
  const pass = (wallMs: number, monotonicMs: number): number => {
    clocks.wallMs += wallMs;
    clocks.monotonicMs += monotonicMs;
    sweeps.length = 0;
    retention.sweepNow();
    return sweeps.length;
  };
  assert.equal(pass(dayMs, dayMs), 1, "both went on");
  assert.equal(pass(400 * dayMs, 0), 0, "set forward");
  assert.equal(pass(-800 * dayMs, 0), 0, "set back");
  assert.equal(pass(400 * dayMs, 0), 1, "set right again");
  assert.equal(sweeps[0]?.tooOldBefore, clocks.wallMs - 10 * dayMs);
});
