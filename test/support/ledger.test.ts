/** The ledger finds what it is there to find: a test that compares by it can fail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageEvent } from "../../src/protocol/events.ts";
import { Ledger } from "./ledger.ts";

const message = (seq: number, ref = `ana-${seq}`, msg = `text of ${ref}`): MessageEvent => {
  return { type: "msg", msg, id: 1, seq, uid: "u", name: "Ana", at: 0, ref };
};

interface Story {
  readonly said?: readonly string[];
  readonly acked?: readonly (readonly [string, number])[];
  readonly seen?: readonly MessageEvent[];
  readonly pages?: readonly MessageEvent[];
  readonly resumed?: readonly MessageEvent[];
}

const [m1, m2, m3] = [message(1), message(2), message(3)];
const good = {
  said: ["ana-1", "ana-2", "ana-3"],
  acked: [
    ["ana-1", 1],
    ["ana-3", 3],
  ],
  seen: [m1, m2, m3],
  pages: [m1, m2, m3],
} as const;

function faultsOf(story: Story): string[] {
  const { said, acked, seen, pages, resumed = pages } = { ...good, ...story };
  const ledger = new Ledger();
  for (const ref of said) ledger.said("ana", ref, `text of ${ref}`);
  for (const [ref, seq] of acked) ledger.acknowledged(ref, seq);
  for (const event of seen) ledger.saw("ben", event);
  return ledger.faults({ pages, resumed });
}

test("a story in which all was kept has no faults", () => {
  assert.deepEqual(faultsOf({}), []);
});

const stories: Readonly<Record<string, readonly [Story, RegExp]>> = {
  "acknowledged and not kept": [{ pages: [m1, m2], seen: [m1, m2] }, /lost: ana-3 was acknowledged as 3/],
  "acknowledged under another number": [{ acked: [["ana-2", 7]] }, /ana-2 was acknowledged as 7 but is 2/],
  "kept twice": [{ pages: [m1, m2, m3, message(4, "ana-2")] }, /the log: doubled 4 \(ana-2\)/],
  "kept in another order than said": [{ said: ["ana-1", "ana-3", "ana-2"] }, /out of order: 3 \(ana-3\)/],
  "kept with another text": [{ pages: [m1, m2, message(3, "ana-3", "?")] }, /the text of 3 \(ana-3\)/],
  "kept and never said": [{ said: ["ana-1", "ana-2"] }, /3 \(ana-3\) was said by nobody/],
  "shown twice": [{ seen: [m1, m2, m2, m3] }, /ben: doubled 2/],
  "shown out of order": [{ seen: [m1, m3, m2] }, /ben: 2 \(ana-2\) came after 3/],
  "not shown": [{ seen: [m1, m3] }, /ben: a gap at 2/],
  "not shown at the end": [{ seen: [m1, m2] }, /ben: a gap at 3/],
  "shown and not kept": [{ seen: [m1, m2, m3, message(4)] }, /ben: was shown 4/],
  "shown with another text": [
    { seen: [m1, m2, message(3, "ana-3", "?")] },
    /ben: 3 \(ana-3\) reads otherwise/,
  ],
  "told otherwise by since: 0": [{ resumed: [m1, m2] }, /since: 0: a gap at 3/],
};

for (const [what, [story, fault]] of Object.entries(stories)) {
  test(`a message ${what} is a fault`, () => {
    assert(
      faultsOf(story).some((line) => fault.test(line)),
      faultsOf(story).join("\n"),
    );
  });
}

test("a reset drops what was shown before", () => {
  const ledger = new Ledger();
  ledger.said("ana", "ana-1", "text of ana-1");
  ledger.saw("ben", message(9, "gone"));
  ledger.startedOver("ben", [m1]);
  assert.deepEqual(ledger.faults({ pages: [m1], resumed: [m1] }), []);
});
