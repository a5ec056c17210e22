import test from "node:test";
import assert from "node:assert/strict";
import { SearchTimeout } from "../../src/message-log/message-log.ts";
import { searchQueries, snippetPieces, spaced } from "../../src/message-log/search-text.ts";
import { edit, keep, message } from "../contract/message-log.ts";
import { openLog } from "./opened-log.ts";

test("a search waits for what was acknowledged before it, however much that is", async (t) => {
  const { log } = await openLog(t);
  await Promise.all(Array.from({ length: 400 }, (_, at) => log.append(message(`number ${at}`))));
  const last = await keep(log, message("the very last one"));
  assert.deepEqual(
    (await log.search("lobby", "very last")).map(({ seq }) => seq),
    [last],
  );
  for (const text of ["first edit", "second edit", "third edit"]) await keep(log, edit(last, text));
  assert.deepEqual(
    (await log.search("lobby", "edit")).map(({ seq }) => seq),
    [last],
  );
  assert.deepEqual(await log.search("lobby", "very last"), []);
});

test("I7 of too many searches at once some are told to come again, and the others answered", async (t) => {
  const { log } = await openLog(t);
  await keep(log, message("walrus"));
  await log.search("lobby", "walrus");
  const searches = await Promise.allSettled(Array.from({ length: 300 }, () => log.search("lobby", "walrus")));
  const failures = searches.filter((search) => search.status === "rejected");
  assert.ok(failures.length > 0 && failures.length < 300);
  for (const { reason } of failures) assert.ok(reason instanceof SearchTimeout);
  assert.equal((await log.search("lobby", "walrus")).length, 1);
});

test("searches under way when the log closes end, and the process with them", async (t) => {
  const { log } = await openLog(t);
  const searches = [log.search("lobby", "one"), log.search("lobby", "two")];
  const ended = Promise.allSettled(searches);
  await log.close();
  await ended;
  await assert.rejects(log.search("lobby", "three"), /not open/);
});

test("a common word in a small room is found among many messages of other rooms", async (t) => {
  const { log } = await openLog(t);
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(
      Array.from({ length: 5_000 }, () => log.append(message("the same words", { room: "big" }))),
    );
  }
  await keep(log, message("the one", { room: "small" }));
  let hits = await log.search("small", "the").catch(() => []);
  while (hits.length === 0) hits = await log.search("small", "the").catch(() => []);
  assert.equal(hits.length, 1);
  assert.equal((await log.search("big", "the words")).length, 50);
});

test("the index is asked for the room's token and the words, quoted, with the last as a beginning", () => {
  assert.deepEqual(searchQueries(7, '  say "hi" OR* '), {
    asTyped: 'room : "r7" AND body : ("say ""hi"" OR*" *)',
    everyWord: 'room : "r7" AND body : ("say" AND """hi""" AND "OR*" *)',
  });
  assert.equal(searchQueries(7, "go")?.everyWord, 'room : "r7" AND body : ("go")');
  for (const nothing of ["", "  ", "!?", "👍 ❤️"]) assert.equal(searchQueries(7, nothing), undefined);
});

test("what the index adds to a text is taken out of a snippet again", () => {
  assert.deepEqual(snippetPieces(`a ${spaced("天")}\u0001${spaced("气")}\u0002 b`), [
    { text: "a 天", hit: false },
    { text: "气", hit: true },
    { text: " b", hit: false },
  ]);
  assert.equal(spaced("a\u0001b\u0003c"), "a b c", "a text cannot hold the index's own marks");
});
