/**
 * `npm run abuse [seconds an attack] [words of its name]`: everything in attacks.ts at full size against a server with
 * its usual limits. Prints what was seen from elsewhere meanwhile, and exits 1 where that was not good enough.
 */
import { test } from "node:test";
import { attacks } from "./attacks.ts";
import { Watch } from "./watch.ts";

const bar = { healthMs: 500, messageMs: 1_000, megabytes: 512 };
const seconds = Number(process.argv[2] ?? 6);
const wanted = process.argv[3] ?? "";

test("abuse", async (t) => {
  const watch = await Watch.start(t);
  await watch.fill("long", 600);
  console.log(`at rest: ${watch.megabytes()} MB`);
  console.log(`${"".padEnd(36)}  /health ms  message ms      RSS MB  what was answered`);
  for (const attack of attacks.filter(({ name }) => name.includes(wanted))) {
    const seen = await watch.during(attack.name, 100, seconds * 1_000);
    const isGood = Object.entries(bar).every(([what, most]) => seen[what as keyof typeof bar] < most);
    const figures = [seen.healthMs, seen.messageMs, seen.megabytes].map((figure) =>
      figure.toFixed(0).padStart(10),
    );
    console.log(
      `${attack.name.padEnd(36)}  ${figures.join("  ")}  ${isGood ? "" : "TOO MUCH  "}${seen.answers}`,
    );
    if (!isGood) process.exitCode = 1;
  }
});
