import test from "node:test";
import assert from "node:assert/strict";
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { eventOfAct, lastGiven } from "../../src/message-log/act-events.ts";
import type { TimedAct } from "../../src/message-log/act-store.ts";
import { LogFile } from "../../src/message-log/log-file.ts";
import type { Act, Outcome } from "../../src/message-log/message-log.ts";
import { deletion, edit, message, react } from "../contract/message-log.ts";
import { openLog, temporaryFolder } from "./opened-log.ts";

function openFile(t: TestContext, folder: string, epoch = "epoch"): LogFile {
  const file = new LogFile(join(folder, "confab.db"), "normal");
  t.after(() => {
    if (file.database.isOpen) file.close();
  });
  file.begin(epoch);
  return file;
}

function keepAll(file: LogFile, acts: readonly Act[]): Outcome[] {
  return file.keep(acts.map((act) => ({ act, at: 1 })));
}

function codesOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => (outcome.kept ? "kept" : outcome.code));
}

test("a row that cannot be stored fails alone, and leaves nothing of itself", (t) => {
  const file = openFile(t, temporaryFolder(t));
  const unstorable = message("half a number", { id: 0.5, room: "never-made" });
  assert.deepEqual(codesOf(keepAll(file, [message("one"), unstorable, message("two")])), [
    "kept",
    "bad_frame",
    "kept",
  ]);
  assert.deepEqual(
    file.eventsAbove(0).map(({ room, event }) => [room, event.type === "msg" && event.msg]),
    [
      ["lobby", "one"],
      ["lobby", "two"],
    ],
  );
  const rooms = file.database.prepare("SELECT count(*) AS count FROM rooms").get();
  assert.equal(rooms?.["count"], 1);
});

test("what an act that was kept is told as is what the file keeps of it", (t) => {
  const file = openFile(t, temporaryFolder(t));
  const said = message("one", { ref: "said" });
  const batch: TimedAct[] = [
    { act: said, at: 1 },
    { act: message("two", { reply_to: 1, bot: true }), at: 2 },
    { act: said, at: 3 },
    { act: react(1, "👍"), at: 4 },
    { act: edit(1, "changed"), at: 5 },
    { act: deletion(99), at: 6 },
    { act: message("three"), at: 7 },
  ];
  const outcomes = file.keep(batch);
  const told = batch
    .map((timed, at) => eventOfAct(timed, outcomes[at]))
    .filter((event) => event !== undefined);
  assert.deepEqual(told, file.eventsAbove(0));
  assert.equal(lastGiven(outcomes), told.at(-1)?.event.seq);
  const erasing = { act: deletion(1), at: 8 };
  const [erased] = file.keep([erasing]);
  assert.deepEqual([eventOfAct(erasing, erased)], file.eventsAbove(lastGiven(outcomes) ?? NaN));
});

test("I1 a batch the disk has no room for is kept not at all, and the file says so", (t) => {
  const folder = temporaryFolder(t);
  const file = openFile(t, folder);
  keepAll(file, [message("before")]);
  const pages = file.database.prepare("PRAGMA page_count").get()?.["page_count"];
  file.database.exec(`PRAGMA max_page_count = ${String(pages)}`);
  const batch = Array.from({ length: 40 }, () => ({ act: message("x".repeat(2_000)), at: 1 }));
  assert.throws(() => file.keep(batch), /full/);
  file.close();
  const again = openFile(t, folder);
  assert.deepEqual(new Set(codesOf(again.recall(batch, 1))), new Set(["unavailable"]));
  assert.equal(again.eventsAbove(0).length, 1);
  const [first] = again.keep(batch);
  assert.ok(first?.kept);
});

test("of a commit nobody answered for, the file tells what it kept, once and as new", (t) => {
  const file = openFile(t, temporaryFolder(t));
  const old = { act: message("long ago"), at: 1 };
  file.keep([old]);
  const fedThrough = 1;
  const batch = [{ act: message("lost answer"), at: 2 }, old];
  const [outcome] = file.keep(batch);
  assert.deepEqual(file.recall([...batch, { act: message("never came"), at: 3 }], fedThrough), [
    outcome,
    { kept: true, seq: 1, at: 1, repeat: true },
    {
      kept: false,
      code: "unavailable",
      message: "Nothing can be kept right now: send the same ref again later.",
    },
  ]);
  assert.equal(file.eventsAbove(fedThrough).length, 1);
});

test("a mixed batch decides each act by what came before it in the same batch", (t) => {
  const file = openFile(t, temporaryFolder(t));
  keepAll(file, [message("one")]);
  const again = message("two");
  const acts = [
    again,
    again,
    edit(1, "changed"),
    deletion(1),
    edit(1, "late"),
    react(1, "👍"),
    { ...again, msg: "3" },
  ];
  assert.deepEqual(codesOf(keepAll(file, acts)), [
    "kept", "kept", "kept", "kept", "no_such_message", "no_such_message", "ref_reused",
  ]); // prettier-ignore
  assert.equal(file.eventsAbove(1).length, 3);
});

test("an epoch's end is kept for a thousand lives, and opening the file again in one life ends none", (t) => {
  const file = openFile(t, temporaryFolder(t), "epoch-0");
  keepAll(file, [message("one")]);
  file.begin("epoch-0");
  const epochs = file.database.prepare("SELECT epoch, last_seq FROM epochs ORDER BY begun");
  assert.deepEqual(
    epochs.all().map((row) => ({ ...row })),
    [{ epoch: "epoch-0", last_seq: null }],
  );
  for (let life = 1; life <= 1_002; life += 1) file.begin(`epoch-${life}`);
  const rows = epochs.all();
  assert.equal(rows.length, 1_000);
  assert.deepEqual({ ...rows[0] }, { epoch: "epoch-3", last_seq: 1 });
  assert.deepEqual({ ...rows.at(-1) }, { epoch: "epoch-1002", last_seq: null });
});

test("what a crash left out of the search index is found after the next start", async (t) => {
  const folder = temporaryFolder(t);
  const file = openFile(t, folder);
  keepAll(file, [message("walrus one")]);
  while (file.index.step());
  keepAll(file, [edit(1, "penguin"), ...Array.from({ length: 300 }, () => message("walrus"))]);
  const crashed = temporaryFolder(t);
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(crashed, name));
  const { log } = await openLog(t, { dataDir: crashed });
  assert.equal((await log.search("lobby", "walrus one")).length, 0);
  assert.equal((await log.search("lobby", "walrus")).length, 50);
  assert.equal((await log.search("lobby", "penguin")).length, 1);
});

/** Damages what the index keeps, as a failing disk may. */
function damageIndex(path: string): void {
  const db = new DatabaseSync(path, { defensive: false });
  db.exec("UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10");
  db.close();
}

test("a damaged search index costs no message, and is made again at the start", async (t) => {
  const { log, dataDir } = await openLog(t);
  await log.append(message("walrus"));
  await log.search("lobby", "walrus");
  await log.close();
  damageIndex(join(dataDir, "confab.db"));
  const { log: next } = await openLog(t, { dataDir });
  assert.equal((await next.search("lobby", "walrus")).length, 1);
  assert.ok((await next.append(deletion(1))).kept);
});

test("a search index damaged while the log runs keeps no message from being kept, and is made again", async (t) => {
  const { log, dataDir, lines } = await openLog(t);
  await log.append(message("walrus"));
  await log.search("lobby", "walrus");
  damageIndex(join(dataDir, "confab.db"));
  assert.ok((await log.append(edit(1, "penguin"))).kept);
  const isFound = async () => {
    const hits = await log.search("lobby", "penguin").catch(() => []);
    return hits.length === 1;
  };
  while (!(await isFound()));
  assert.deepEqual(lines, ["log_write_failed"]);
  assert.ok((await log.append(deletion(1))).kept);
});
