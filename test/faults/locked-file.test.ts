/** Another program, a backup say, locks the log's file for longer than the writer waits: order holds, nothing is lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Crowd } from "../support/crowd.ts";
import { startServer } from "../support/server.ts";

/** One longer than the writer's patience and shorter than twice that, so that its second try succeeds; one beyond. */
for (const lockedMs of [1_400, 4_500]) {
  test(`I3 I4 the file locked for ${lockedMs} ms by another program delays messages and nothing else`, async (t) => {
    const server = await startServer(t);
    const crowd = new Crowd(t, {
      server: () => server.url,
      writers: 3,
      readers: 2,
      window: 20,
      silenceMs: 5_000,
    });
    crowd.start();
    await crowd.acknowledgements(100);
    const other = new DatabaseSync(join(server.dataDir, "confab.db"), { timeout: 5_000 });
    other.exec("BEGIN IMMEDIATE");
    await delay(lockedMs);
    other.exec("ROLLBACK");
    other.close();
    await crowd.acknowledgements(200);
    const kept = await crowd.settle();
    assert(kept.length >= 300);
  });
}
