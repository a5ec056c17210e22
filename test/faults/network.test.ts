/** The network between: cut, reset, silent or slow, in the middle of whatever frame. Nobody gets a gap (I3, I4, I5). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Crowd } from "../support/crowd.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { spawnServer } from "../support/server.ts";
import { fair, TcpProxy, type Weather } from "../support/tcp-proxy.ts";

const portOf = (url: string): number => Number(new URL(url).port);

/** A connection gets the handshake through, and then not much. */
function storm(seed: number, ends: readonly Weather["end"][]): () => Weather {
  const random = seededRandom(seed);
  return () => {
    const end = ends[Math.floor(random() * ends.length)] ?? "reset";
    return { bytes: Math.round(400 + 20_000 * random() ** 3), end };
  };
}

const endings: readonly (readonly Weather["end"][])[] = [["close", "reset"], ["silence"]];
for (const ends of endings) {
  test(`connections that end by ${ends.join(" or ")} in mid-frame lose, double and disorder nothing`, async (t) => {
    const server = await spawnServer(t, { PING_INTERVAL_MS: "1000" });
    const proxy = await TcpProxy.open(t, () => portOf(server.url), storm(7, ends));
    const crowd = new Crowd(t, {
      server: () => server.url,
      through: () => proxy.url,
      writers: 4,
      readers: 4,
      silenceMs: 250,
    });
    crowd.start();
    await crowd.acknowledgements(ends.includes("silence") ? 500 : 1_500);
    proxy.weather = () => fair;
    proxy.endAll("reset");
    const kept = await crowd.settle();
    const connections = crowd.clients.map(({ line }) => line.connections);
    console.log(`${kept.length} messages; connections: ${connections.join(" ")}`);
    assert(
      connections.every((count) => count > 2),
      "the storm reached everybody",
    );
  });
}

test("over slow links a catch-up and what comes live meanwhile make one gapless order", async (t) => {
  const server = await spawnServer(t);
  const slow: Weather = { ...fair, piece: { bytes: 16 * 1024, pauseMs: 4 } };
  const proxy = await TcpProxy.open(
    t,
    () => portOf(server.url),
    () => slow,
  );
  const options = { server: () => server.url, through: () => proxy.url, silenceMs: 10_000 };
  const crowd = new Crowd(t, { ...options, writers: 2, readers: 6, padding: ".".repeat(3_800) });
  crowd.start(crowd.writers);
  await crowd.acknowledgements(1_200);
  crowd.start(crowd.readers);
  await crowd.acknowledgements(500);
  await crowd.settle();
});
