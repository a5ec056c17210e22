/** The disk is full for a while: nothing is promised that cannot be kept, reading goes on, and it recovers by itself. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect, newKey } from "../support/client.ts";
import { Crowd } from "../support/crowd.ts";
import { everyMessage } from "../support/events-pages.ts";
import { spawnServer, type ServerProcess } from "../support/server.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";

const retryMs = 50;

async function untilHealth(server: ServerProcess, path: string, status: number): Promise<{ status: string }> {
  for (;;) {
    const answer = await fetch(`${server.url}${path}`);
    if (answer.status === status) return (await answer.json()) as { status: string };
    await delay(retryMs);
  }
}

test("a full disk refuses what it cannot keep, reading goes on, and all that waited arrives once there is room", async (t) => {
  const dataDir = smallDisk(t);
  if (dataDir === undefined) return;
  const server = await spawnServer(t, { DATA_DIR: dataDir });
  const crowd = new Crowd(t, { server: () => server.url, writers: 3, readers: 3, padding: ".".repeat(500) });
  crowd.start();
  const ballast = join(dataDir, "ballast");
  for (let round = 0; round < 2; round += 1) {
    await crowd.acknowledgements(200);
    fillDisk(ballast);
    await untilHealth(server, "/health/ready", 503);
    const health = await untilHealth(server, "/health", 200);
    assert.equal(health.status, "degraded");

    const reader = await connect(server.socket(), { since: 0, key: newKey() });
    assert.equal(reader.welcome.resumed, true, "people still come in and read");
    await reader.until("msg");
    reader.send({ action: "message", ref: `probe-${round}`, message: "?" });
    assert.equal((await reader.until("error")).code, "unavailable");
    await reader.close();
    const kept = new Set((await everyMessage(server.url, "lobby")).map(({ ref }) => ref));
    assert(crowd.ledger.acknowledgedRefs().every((ref) => kept.has(ref)));

    rmSync(ballast);
    await untilHealth(server, "/health/ready", 200);
  }
  await crowd.acknowledgements(200);
  await crowd.settle();
});
