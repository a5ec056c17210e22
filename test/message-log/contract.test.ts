import assert from "node:assert/strict";
import { test } from "node:test";
import { messageLogContract } from "../contract/message-log.ts";
import { openLog } from "./opened-log.ts";

messageLogContract("SqliteLog", (t) => openLog(t));
messageLogContract("SqliteLog with full sync", (t) => openLog(t, { sync: "full" }));

test("SqliteLog begins a new life at every start, which a restored file cannot know", async (t) => {
  const { log, reopen } = await openLog(t);
  const { epoch } = log;
  const { log: next } = await reopen();
  assert.notEqual(next.epoch, epoch);
});
