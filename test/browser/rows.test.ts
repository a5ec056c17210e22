import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutgoingMessage } from "../../src/browser/outgoing.ts";
import { keepRows } from "../../src/browser/kept-rows.ts";
import { buildRows, type Part, type Row, type RowsInput } from "../../src/browser/rows.ts";
import type { MessageEvent } from "../../src/protocol/events.ts";
import { shown, untouched, type ShownMessage } from "../../src/protocol/fold.ts";
import { message } from "./events.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function rowsOf(
  messages: readonly MessageEvent[],
  { hasOlder = false, endsWithNewest = true, ...rest }: Partial<RowsInput & Part> = {},
): Row[] {
  return buildRows({
    part: { messages: messages.map((each) => shown(each, untouched)), hasOlder, endsWithNewest },
    line: undefined,
    outgoing: [],
    moves: [],
    me: { uid: "me", name: "Me" },
    dayKey: (at) => String(Math.floor(at / dayMs)),
    ...rest,
  });
}

/** "day", "Ana: 2" (a name and how many messages), "moves" */
function inWords(rows: readonly Row[]): string[] {
  return rows.map((row) => (row.kind === "group" ? `${row.name}: ${row.entries.length}` : row.kind));
}

function outgoing(ref: string, at = 0): OutgoingMessage {
  return { ref, act: { action: "message", message: ref }, at, status: { state: "queued" } };
}

test("one person's messages within five minutes are one group", () => {
  const rows = rowsOf([
    message(1, { at: 0 }),
    message(2, { at: 4 * minuteMs }),
    message(3, { at: 10 * minuteMs }),
    message(4, { at: 10 * minuteMs, uid: "bo", name: "Bo" }),
    message(5, { at: 10 * minuteMs }),
  ]);
  assert.deepEqual(inWords(rows), ["day", "Ana: 2", "Ana: 1", "Bo: 1", "Ana: 1"]);
});

test("a new name begins a new group", () => {
  const rows = rowsOf([message(1), message(2, { name: "Anna" })]);
  assert.deepEqual(inWords(rows), ["day", "Ana: 1", "Anna: 1"]);
});

test("a new day has a line of its own and breaks a group", () => {
  const rows = rowsOf([message(1, { at: dayMs - 1 }), message(2, { at: dayMs })]);
  assert.deepEqual(inWords(rows), ["day", "Ana: 1", "day", "Ana: 1"]);
});

test("a clock that goes back does not bring yesterday back", () => {
  const rows = rowsOf([
    message(1, { at: dayMs }),
    message(2, { at: dayMs - 1 }),
    message(3, { at: dayMs + 1 }),
  ]);
  assert.deepEqual(inWords(rows), ["day", "Ana: 3"]);
});

test("comings and goings stand where they were noticed", () => {
  const person = { id: 2, uid: "bo", name: "Bo" };
  const moves = [
    { after: 1, at: 1, joined: [person], left: [] },
    { after: 2, at: 2, joined: [], left: [person] },
  ];
  const rows = rowsOf([message(1), message(2)], { moves });
  assert.deepEqual(inWords(rows), ["day", "Ana: 1", "moves", "Ana: 1", "moves"]);
});

test("comings and goings from before the oldest message are not shown", () => {
  const moves = [{ after: 1, at: 1, joined: [{ id: 2, uid: "bo", name: "Bo" }], left: [] }];
  assert.deepEqual(inWords(rowsOf([message(5)], { moves })), ["day", "Ana: 1"]);
});

test("what is going out stands at the end, with one's own messages", () => {
  const own = { uid: "me", name: "Me" };
  const rows = rowsOf([message(1), message(2, own)], { outgoing: [outgoing("a"), outgoing("b")] });
  assert.deepEqual(inWords(rows), ["day", "Ana: 1", "Me: 3"]);
  assert.deepEqual(
    rows.map((row) => row.kind === "group" && row.isOwn),
    [false, false, true],
  );
});

test("one's own row keeps its key from pending to kept", () => {
  const keys = (rows: readonly Row[]) =>
    rows.flatMap((row) => (row.kind === "group" ? [row.key, ...row.entries.map(({ key }) => key)] : []));
  const before = rowsOf([], { outgoing: [outgoing("a")] });
  const after = rowsOf([message(1, { uid: "me", name: "Me", ref: "a" })]);
  assert.deepEqual(keys(before), keys(after));
});

test("every key is there once, also when others use one's own refs or a kept message goes out again", () => {
  const rows = rowsOf(
    [message(1, { ref: "a" }), message(2, { uid: "me", name: "Me", ref: "a" }), message(3, { ref: "a" })],
    {
      outgoing: [outgoing("a"), outgoing("b")],
    },
  );
  const keys = rows.flatMap((row) => (row.kind === "group" ? row.entries.map(({ key }) => key) : [row.key]));
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys.filter((key) => key === "own-a").length, 1);
});

test("a group keeps its key when older messages join it, when it is joined, and when it splits", () => {
  const keys = (rows: readonly Row[]) => rows.flatMap((row) => (row.kind === "group" ? row.key : []));
  const first = rowsOf([message(5), message(6)]);
  const older = keepRows(rowsOf([message(3), message(4), message(5), message(6)]), first);
  assert.deepEqual(keys(older), keys(first));
  const more = keepRows(
    rowsOf([message(1), message(2, { uid: "bo" }), message(3), message(6), message(7)]),
    older,
  );
  assert.equal(keys(more)[2], keys(first)[0]);
  const moves = [{ after: 5, at: 5, joined: [{ id: 2, uid: "cy", name: "Cy" }], left: [] }];
  const split = keepRows(rowsOf([message(5), message(6)], { moves }), first);
  assert.equal(new Set(keys(split)).size, 2);
  assert.equal(keys(split)[0], keys(first)[0]);
});

test("a group that did not change is the same object, one that did is not", () => {
  const [ana, bo] = [message(1), message(2, { uid: "bo" })].map((each) => shown(each, untouched));
  assert.ok(ana && bo);
  const rows = (messages: ShownMessage[], rest: Partial<RowsInput> = {}) =>
    rowsOf([], { part: { messages, hasOlder: false, endsWithNewest: true }, ...rest });
  const first = rows([ana, bo]);
  const later = keepRows(rows([ana, shown(bo.message, untouched)]), first);
  assert.equal(later[0], first[0], "a day, too");
  assert.equal(later[1], first[1]);
  assert.notEqual(later[2], first[2]);
  const renamed = keepRows(rows([ana, bo], { me: { uid: "ana", name: "Ana" } }), first);
  assert.notEqual(renamed[1], first[1]);
});

test("the line stands before the first message of others that is new, and begins a group there", () => {
  const room = [message(1), message(2), message(3, { uid: "me" }), message(4)];
  assert.deepEqual(inWords(rowsOf(room, { line: 1 })), [
    "day",
    "Ana: 1",
    "new",
    "Ana: 1",
    "Ana: 1",
    "Ana: 1",
  ]);
  assert.deepEqual(inWords(rowsOf(room, { line: 2 })), ["day", "Ana: 2", "Ana: 1", "new", "Ana: 1"]);
  assert.equal(inWords(rowsOf(room, { line: 4 })).includes("new"), false, "nothing came after it");
  assert.equal(inWords(rowsOf(room)).includes("new"), false);
});

test("where what is new begins further up, the line is not here", () => {
  assert.equal(inWords(rowsOf([message(5)], { line: 2, hasOlder: true })).includes("new"), false);
  assert.equal(inWords(rowsOf([message(5)], { line: 2 })).includes("new"), true, "it is the first of all");
});

test("in a part of the log that is not its end, nothing is going out, and who came since is not told", () => {
  const moves = [{ after: 9, at: 9, joined: [{ id: 2, uid: "bo", name: "Bo" }], left: [] }];
  const rows = rowsOf([message(1)], { endsWithNewest: false, outgoing: [outgoing("a")], moves });
  assert.deepEqual(inWords(rows), ["day", "Ana: 1"]);
});
