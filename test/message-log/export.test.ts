import test from "node:test";
import assert from "node:assert/strict";
import { keep, message, react } from "../contract/message-log.ts";
import { openLog } from "./opened-log.ts";

test("I6 an export holds one page at a time, and nobody waits for it", async (t) => {
  const { log } = await openLog(t);
  const texts = Array.from({ length: 1_000 }, (_, at) => `${at}`);
  await Promise.all(texts.map((text) => log.append(message(text))));
  const first = log.eventsAfter("lobby", 0, 1)[0]?.seq ?? 0;
  const told: string[] = [];
  let pages = 0;
  for await (const page of log.exportPages("lobby")) {
    pages += 1;
    assert.ok(page.length <= 200);
    told.push(...page.flatMap((event) => (event.type === "msg" ? [event.msg] : [])));
    // Written while the export is under way: kept at once, and no part of what was asked for.
    await keep(log, message(`later ${pages}`));
    await keep(log, react(first, "👍", { uid: `u${pages}` }));
  }
  assert.equal(pages, 5);
  assert.deepEqual(told, texts);
});

test("an export that its reader leaves early lets go of the file", async (t) => {
  const { log, reopen } = await openLog(t);
  await Promise.all(Array.from({ length: 500 }, (_, at) => log.append(message(`${at}`))));
  for await (const page of log.exportPages("lobby")) {
    assert.ok(page.length > 0);
    break;
  }
  const { log: next } = await reopen();
  assert.equal(next.countAfter("lobby", 0, 1_000), 500);
});
