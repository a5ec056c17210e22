import test from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { LogFile } from "../../src/message-log/log-file.ts";
import { SearchTimeout } from "../../src/message-log/message-log.ts";
import { Search, type SearchBudget } from "../../src/message-log/search.ts";
import { keep, message } from "../contract/message-log.ts";
import { patientSearch } from "../support/patient-search.ts";
import { openLog, temporaryFolder } from "./opened-log.ts";

const indexed = Promise.resolve();

/** A file that holds one message, and that nobody can read until it is let go. */
function lockedFile(t: TestContext): { path: string; letGo: () => void } {
  const path = join(temporaryFolder(t), "confab.db");
  const file = new LogFile(path, "normal");
  file.begin("epoch");
  file.keep([{ act: message("walrus"), at: 1 }]);
  while (file.index.step());
  file.close();
  const owner = new DatabaseSync(path);
  owner.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  const letGo = () => {
    if (owner.isOpen) owner.close();
  };
  t.after(letGo);
  return { path, letGo };
}

/** @param budget the usual one only where a search is to be given up: a busy machine may take longer for any other */
function searchOf(t: TestContext, path: string, budget?: SearchBudget, thread?: URL): Search {
  const search = new Search(path, budget, thread);
  t.after(() => search.close());
  return search;
}

test("I7 a search that takes too long is given up, and later ones are answered again", async (t) => {
  const { path, letGo } = lockedFile(t);
  const search = searchOf(t, path);
  await assert.rejects(search.find("lobby", "walrus", indexed), SearchTimeout);
  letGo();
  let found = 0;
  while (found === 0) {
    const hits = await search.find("lobby", "walrus", indexed).catch((error: unknown) => {
      assert.ok(error instanceof SearchTimeout, String(error));
      return [];
    });
    found = hits.length;
  }
  assert.equal(found, 1);
});

test("I6 no more than 100 searches wait", async (t) => {
  const { path } = lockedFile(t);
  const search = searchOf(t, path);
  const asked = Array.from({ length: 102 }, () => search.find("lobby", "walrus", indexed));
  const reasons = (await Promise.allSettled(asked)).map((result) =>
    result.status === "rejected" && result.reason instanceof SearchTimeout ? result.reason.message : "found",
  );
  assert.equal(reasons.filter((reason) => reason === "too many searches wait").length, 1);
  assert.equal(reasons.filter((reason) => reason.startsWith("nothing found")).length, 101);
});

test("a search is made also when the index does not catch up in time", async (t) => {
  const { path, letGo } = lockedFile(t);
  letGo();
  const never = new Promise<void>(() => undefined);
  const search = searchOf(t, path, { ...patientSearch, indexMs: 100 });
  assert.equal((await search.find("lobby", "walrus", never)).length, 1);
});

test("I8 a thread that cannot start refuses its searches, each with the reason", async (t) => {
  const { path, letGo } = lockedFile(t);
  letGo();
  const search = searchOf(
    t,
    path,
    patientSearch,
    new URL("data:text/javascript,throw new Error('no thread today')"),
  );
  for (const query of ["walrus", "penguin"]) {
    await assert.rejects(search.find("lobby", query, indexed), /^Error: search failed: no thread today$/);
  }
});

test("a file that cannot be read refuses the search and costs nobody the thread", async (t) => {
  const search = searchOf(t, join(temporaryFolder(t), "not-there.db"), patientSearch);
  await assert.rejects(
    search.find("lobby", "walrus", indexed),
    /^Error: search failed: cannot open .*not-there\.db: /,
  );
  await assert.rejects(
    search.find("lobby", "walrus", indexed),
    /^Error: search failed: cannot open .*not-there\.db: /,
  );
});

test("searches under way when the log closes are refused, and start no thread behind its back", async (t) => {
  const { log } = await openLog(t);
  await keep(log, message("walrus"));
  const asked = log.search("lobby", "walrus");
  const refused = assert.rejects(asked, SearchTimeout);
  await log.close();
  await refused;
});

test("searches that wait behind one another when it closes are all refused", async (t) => {
  const { path } = lockedFile(t);
  const search = searchOf(t, path, patientSearch);
  const settled: string[] = [];
  const asked = Array.from({ length: 5 }, () =>
    search.find("lobby", "walrus", indexed).catch((error: unknown) => {
      assert.ok(error instanceof SearchTimeout, String(error));
      settled.push(error.message);
    }),
  );
  await search.close();
  await Promise.all(asked);
  assert.deepEqual(new Set(settled), new Set(["the log was closed"]));
  await assert.rejects(search.find("lobby", "walrus", indexed), SearchTimeout);
});
