/**
 * How the page keeps up in a real Chromium, in a room of 10,000 messages: frames while one scrolls through all of it
 * and back, and how soon a letter stands in the composer, in a quiet room and while 50 messages a second come.
 * Prints min / median / max. Needs the page built (`npm run build`).
 */
import { setTimeout } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import type { WebSocket } from "ws";
import { chromiumArgs } from "../support/chromium-args.ts";
import { forkServer, open, percentile, print, temporaryFolder, type MeasuredServer } from "./support.ts";

const messageCount = 10_000;
const writerCount = 10;
const batch = writerCount * 30;
/** 15,000 px a second at 60 frames: a hard fling, with every page of the history loading on the way. */
const stepPx = 250;
const letters = 120;
const letterEveryMs = 60;
const burstPerSecond = 50;

interface Scrolled {
  readonly framesMs: readonly number[];
  readonly longTasksMs: readonly number[];
}

let turn = 0;
const folder = temporaryFolder();
const server = await forkServer(folder.path);
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: [...chromiumArgs] });
try {
  const writers = await fill(server);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/r/page`);
  await page.waitForSelector(".row");
  tell("scrolling up through all of it", await scroll(page, -stepPx));
  tell("scrolling down again", await scroll(page, stepPx));
  await page.keyboard.press("End");
  print("typing, nobody else talks", { "to the frame, ms": await type(page) });
  const talk = setInterval(() => say(writers, `in the burst ${Date.now()}`), 1_000 / burstPerSecond);
  print(`typing, ${burstPerSecond} messages/s`, { "to the frame, ms": await type(page) });
  clearInterval(talk);
  for (const writer of writers) writer.close();
} finally {
  await browser.close();
  await server.kill();
  folder.remove();
}

/** As people talk: short and long, some of it marked up, in turns. */
async function fill({ socket }: MeasuredServer): Promise<WebSocket[]> {
  let kept = 0;
  const { promise: full, resolve } = Promise.withResolvers<true>();
  const count = (text: string) => {
    if (text.startsWith('{"type":"ack"')) kept += 1;
    if (kept === messageCount) resolve(true);
  };
  const writers = await Promise.all(
    Array.from({ length: writerCount }, (_, at) => open(socket("page"), { name: `Writer ${at}` }, count)),
  );
  const words = "the build is **green** again, see `main` and https://example.org/ for what it was ".repeat(
    3,
  );
  for (let at = 0; at < messageCount; at += 1) {
    // Below what is taken for a flood: 500 frames a second from one of them.
    if (at % batch === 0) await setTimeout(100);
    say(writers, `${at}: ${words.slice(0, 20 + ((at * 37) % 200))}`, at);
  }
  await full;
  return writers;
}

function say(writers: readonly WebSocket[], message: string, at = messageCount): void {
  turn += 1;
  // Three in a row by the same person, as it is mostly.
  const writer = writers[Math.floor((at === messageCount ? turn : at) / 3) % writers.length];
  writer?.send(JSON.stringify({ action: "message", ref: `m${turn}`, message }));
}

/** Moves the log by so much a frame until it goes no further and nothing more is loading. */
async function scroll(page: Page, byPx: number): Promise<Scrolled> {
  return await page.evaluate(async (step) => {
    const log = document.querySelector(".log");
    if (log === null) throw new Error("no log");
    const longTasksMs: number[] = [];
    const watcher = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasksMs.push(duration);
    });
    watcher.observe({ type: "longtask" });
    const framesMs: number[] = [];
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    let before = await nextFrame();
    for (let stuck = 0; stuck < 60;) {
      const at = log.scrollTop;
      log.scrollTop += step;
      const hasMoved = log.scrollTop !== at;
      const now = await nextFrame();
      // The last second, at the end of the way, is no scrolling.
      stuck = hasMoved ? 0 : stuck + 1;
      if (hasMoved) framesMs.push(now - before);
      before = now;
    }
    watcher.disconnect();
    return { framesMs, longTasksMs };
  }, byPx);
}

/** From the event of each letter to the end of the frame that shows it. */
async function type(page: Page): Promise<readonly number[]> {
  await page.locator("textarea").focus();
  await page.evaluate(() => {
    const latencies: number[] = [];
    Object.assign(globalThis, { latencies });
    document.addEventListener(
      "keydown",
      ({ timeStamp }) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => latencies.push(performance.now() - timeStamp);
          port2.postMessage("painted");
        }),
      { capture: true },
    );
  });
  await page.keyboard.type("x".repeat(letters), { delay: letterEveryMs });
  await page.waitForFunction(
    (count) => (globalThis as unknown as { latencies: number[] }).latencies.length >= count,
    letters,
  );
  const latencies = await page.evaluate(() => (globalThis as unknown as { latencies: number[] }).latencies);
  await page.locator("textarea").fill("");
  await page.reload();
  await page.waitForSelector(".row");
  return latencies.slice(0, letters);
}

function tell(name: string, { framesMs, longTasksMs }: Scrolled): void {
  const seconds = perSecond(framesMs);
  const shown = framesMs.length;
  print(`${name} (${shown} frames)`, {
    "frames in a second": seconds,
    "a frame, ms": framesMs,
    "long tasks, ms": longTasksMs.length === 0 ? [0] : longTasksMs,
  });
  const mean = (1_000 * shown) / framesMs.reduce((sum, ms) => sum + ms, 0);
  console.log(`  mean ${mean.toFixed(1)} fps, p99 of a frame ${percentile(framesMs, 99).toFixed(1)} ms`);
  console.log(`  ${longTasksMs.length} long tasks`);
}

/** How many frames each whole second of the way had. */
function perSecond(framesMs: readonly number[]): readonly number[] {
  const counts = new Map<number, number>();
  let at = 0;
  for (const ms of framesMs) {
    at += ms;
    const second = Math.floor(at / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts.values()].slice(0, -1);
}
