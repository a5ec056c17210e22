/** What retention takes and what it leaves, for any implementation of MessageLog: called once for each. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { MessageLog } from "../../src/message-log/message-log.ts";
import type { RetentionOptions } from "../../src/message-log/retention.ts";
import type { ChatEvent, Seq } from "../../src/protocol/events.ts";
import { eventually } from "../message-log/opened-log.ts";
import { edit, keep, message, react } from "./message-log.ts";

export interface LimitedLog {
  readonly log: MessageLog;
  /** Closes the log and opens it on the same data, with other limits. */
  readonly reopen: (options?: RetentionOptions) => Promise<LimitedLog>;
}

/** Closed and removed after the test by itself. Nothing, with the test skipped, where a program is missing. */
export type OpenLimitedLog = (t: TestContext, options: RetentionOptions) => Promise<LimitedLog | undefined>;

export const dayMs = 24 * 60 * 60 * 1000;

/** Both clocks run together unless a test sets one of them. */
export class Clocks {
  wallMs = Date.UTC(2030, 0, 1);
  monotonicMs = 5_000;

  readonly now = (): number => this.wallMs;
  readonly monotonicNow = (): number => this.monotonicMs;

  passDays(days: number): void {
    this.wallMs += days * dayMs;
    this.monotonicMs += days * dayMs;
  }
}

function allOf(log: MessageLog, room = "lobby"): readonly ChatEvent[] {
  return log.eventsAfter(room, 0, 500);
}

function textsOf(log: MessageLog): string[] {
  return allOf(log).flatMap((event) => (event.type === "msg" ? [event.msg] : []));
}

interface Opened extends LimitedLog {
  readonly clocks: Clocks;
  readonly seqs: readonly Seq[];
}

export function retentionContract(name: string, open: OpenLimitedLog): void {
  /** On a log without limits that holds `count` messages of the lobby, one a day; the last is from today. */
  function check(title: string, count: number, run: (opened: Opened) => Promise<void>): void {
    test(`${name}: ${title}`, async (t) => {
      const clocks = new Clocks();
      const { now, monotonicNow } = clocks;
      const opened = await open(t, { now, monotonicNow });
      if (opened === undefined) return;
      const seqs: Seq[] = [];
      for (let day = 0; day < count; day += 1) {
        if (day > 0) clocks.passDays(1);
        seqs.push(await keep(opened.log, message(`day ${day}`)));
      }
      await run({ ...opened, clocks, seqs });
    });
  }

  check(
    "a room with a limit keeps its newest messages, and what goes is found no more",
    30,
    async (opened) => {
      const { log, reopen, clocks } = opened;
      await keep(log, message("the only one", { room: "small" }));
      await log.search("lobby", "day");
      clocks.passDays(100);
      const { log: next } = await reopen({ maxRoomMessages: 5 });
      await eventually(() => allOf(next).length === 5);
      assert.deepEqual(textsOf(next), ["day 25", "day 26", "day 27", "day 28", "day 29"]);
      assert.equal(allOf(next, "small").length, 1);
      assert.equal((await next.search("lobby", "day")).length, 5);
      assert.equal((await next.search("small", "only")).length, 1);
    },
  );

  check("messages over the age limit go, oldest first, and younger ones stay", 30, async ({ reopen }) => {
    const { log } = await reopen({ maxAgeDays: 20 });
    await eventually(() => allOf(log).length === 21);
    assert.equal(textsOf(log)[0], "day 9");
  });

  check("nothing younger than 8 days is taken, whatever the limits say", 20, async ({ reopen }) => {
    const { log } = await reopen({ maxRoomMessages: 1, maxAgeDays: 1 });
    await eventually(() => allOf(log).length === 9);
    assert.equal(textsOf(log)[0], "day 11");
  });

  check("edits and reactions go with their message, also when they are young", 3, async (opened) => {
    const { log, seqs, reopen, clocks } = opened;
    clocks.passDays(50);
    for (const target of seqs) {
      await keep(log, edit(target, "edited"));
      await keep(log, react(target, "👍"));
    }
    const { log: next } = await reopen({ maxRoomMessages: 1 });
    await eventually(() => allOf(next).length === 3);
    const last = seqs.at(-1);
    assert.deepEqual(
      allOf(next).map((event) => ("target" in event ? event.target : event.seq)),
      [last, last, last],
    );
  });

  check("I5 nobody resumes across what was taken, and only in that room", 4, async (opened) => {
    const { log, seqs, reopen, clocks } = opened;
    const [first = 0, second = 0] = seqs;
    await keep(log, message("elsewhere", { room: "other" }));
    clocks.passDays(50);
    const reaction = await keep(log, react(first, "👍"));
    const { epoch } = log;
    const version = log.version("lobby").split("-").slice(1);
    const { log: next } = await reopen({ maxRoomMessages: 2 });
    await eventually(() => !next.knows("lobby", { since: 0 }));
    await eventually(() => textsOf(next).length === 2);
    assert.equal(next.knows("lobby", { since: second, epoch }), false, "the reaction after it is gone too");
    assert.equal(next.knows("lobby", { since: reaction, epoch }), true);
    assert.equal(next.knows("other", { since: 0 }), true);
    assert.notDeepEqual(next.version("lobby").split("-").slice(1), version);
  });

  check("I4 numbers are never given twice, also after the newest message was taken", 3, async (opened) => {
    const { seqs, reopen, clocks } = opened;
    const last = seqs.at(-1) ?? 0;
    clocks.passDays(50);
    const emptied = await reopen({ maxAgeDays: 10 });
    await eventually(() => allOf(emptied.log).length === 0);
    const { log } = await emptied.reopen();
    assert.ok(log.head >= last);
    assert.ok((await keep(log, message("next"))) > last);
  });
}
