import test from "node:test";
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { StartError } from "../../src/message-log/message-log.ts";
import { keep, message } from "../contract/message-log.ts";
import { openLog, temporaryFolder } from "./opened-log.ts";

/** A closed log's file with some hundred messages. */
async function filledFile(t: TestContext): Promise<string> {
  const { log, dataDir } = await openLog(t);
  await Promise.all(Array.from({ length: 300 }, (_, at) => log.append(message(`${at} `.repeat(100)))));
  await log.close();
  return join(dataDir, "confab.db");
}

async function refusesToStart(t: TestContext, path: string, why: RegExp): Promise<void> {
  const before = statSync(path).isFile() ? readFileSync(path) : undefined;
  await assert.rejects(openLog(t, { dataDir: join(path, "..") }), (error) => {
    assert.ok(error instanceof StartError, String(error));
    assert.match(error.message, why);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  if (before !== undefined) assert.ok(readFileSync(path).equals(before), "the file was changed");
}

test("a file written by a newer version is refused and not touched", async (t) => {
  const path = await filledFile(t);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA user_version = 99");
  db.close();
  await refusesToStart(t, path, /newer version \(schema 99, this one knows \d+\)/);
});

test("another program's database is refused and not touched", async (t) => {
  const path = join(temporaryFolder(t), "confab.db");
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE recipes (name TEXT)");
  db.close();
  await refusesToStart(t, path, /another program's database/);
});

test("a file that is no database is refused and not touched", async (t) => {
  const path = join(temporaryFolder(t), "confab.db");
  writeFileSync(path, "these are not the pages you are looking for\n".repeat(200));
  await refusesToStart(t, path, /is damaged \(file is not a database\)/);
});

test("a file that was cut short is refused and not touched", async (t) => {
  const path = await filledFile(t);
  truncateSync(path, statSync(path).size - 8 * 4096);
  await refusesToStart(t, path, /is damaged \(.*restore it from a backup/);
});

test("a file with damaged pages is refused and not touched", async (t) => {
  const path = await filledFile(t);
  const bytes = readFileSync(path);
  const wordAt = bytes.indexOf("150 150 150");
  assert.ok(wordAt > 0);
  const page = wordAt - (wordAt % 4096);
  bytes.fill(0xaa, page, page + 4096);
  writeFileSync(path, bytes);
  await refusesToStart(t, path, /is damaged/);
});

test("a path that cannot be opened is told in one line", async (t) => {
  const path = join(temporaryFolder(t), "confab.db");
  mkdirSync(path);
  await refusesToStart(t, path, /cannot open .*confab\.db/);
});

test("a log that could not start starts once its file is back", async (t) => {
  const path = await filledFile(t);
  const good = readFileSync(path);
  writeFileSync(path, "no database at all, but long enough to be looked at".repeat(100));
  await refusesToStart(t, path, /is damaged/);
  writeFileSync(path, good);
  const { log } = await openLog(t, { dataDir: join(path, "..") });
  assert.equal(log.eventsAfter("lobby", 0, 500).length, 300);
  await keep(log, message("goes on"));
});
