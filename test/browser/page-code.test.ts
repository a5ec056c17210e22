/** Code that is wider than its place: its columns stay columns, and whoever wants to see the rest can. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Locator } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { Keyboard } from "./keyboard.ts";
import { isWelcomed, overflowing, settled, violations } from "./room-page.ts";

const table = ["name", "-----", "Ana"].map((cell) => `${cell.padEnd(150)}| tail`).join("\n");

/** A window on a room in which somebody has sent a wide table between two sentences, and a narrow one. */
async function roomWithCode(t: TestContext, options: BrowserContextOptions = {}) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const texts = ["before", `\`\`\`\n${table}\n\`\`\``, "```\nnarrow\n```", "after"];
  for (const [at, message] of texts.entries()) {
    ana.send({ action: "message", ref: `m${at}`, message });
    await ana.until("ack");
  }
  const visitor = await browser.visitor(options);
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const code = page.locator("pre.is-wide");
  await code.waitFor();
  return { page, code, visitor, keys: new Keyboard(page) };
}

const scrolls = (code: Locator) => code.evaluate((pre) => getComputedStyle(pre).overflowX === "auto");
const fades = (code: Locator) => code.evaluate((pre) => getComputedStyle(pre).maskImage !== "none");
/** Until it is scrolled to where its lines end. */
const showsItsEnd = (code: Locator) =>
  code.evaluate(async (pre) => {
    while (pre.scrollLeft + pre.clientWidth < pre.scrollWidth - 1)
      await new Promise((seen) => pre.addEventListener("scroll", seen, { once: true }));
  });

test("wide code keeps its lines, and is scrolled sideways under the mouse", async (t) => {
  const room = await roomWithCode(t);
  if (room === undefined) return;
  const { page, code } = room;
  assert.equal(await page.locator("pre").count(), 2);
  const lines = await code.evaluate((pre) => pre.querySelector("code")?.getBoundingClientRect().height);
  assert.equal(lines, 3 * 20, "a line is a line");
  assert.equal(await scrolls(code), false);
  await code.hover();
  assert.equal(await scrolls(code), true);
  assert.deepEqual(await violations(page), []);
  await page.mouse.wheel(5_000, 0);
  await showsItsEnd(code);
  await page.locator("textarea").hover();
  assert.equal(await scrolls(code), false);
  assert.deepEqual(await violations(page), []);
});

test("by keyboard wide code is a stop in the row one is at, and nowhere else; the arrows scroll it", async (t) => {
  const room = await roomWithCode(t);
  if (room === undefined) return;
  const { page, code, keys } = room;
  await keys.backTo("log");
  await keys.press("Tab");
  await keys.isAt("input");
  await keys.backTo("log");
  await keys.press("ArrowUp", "ArrowUp", "Tab");
  assert.equal(await page.locator("pre[tabindex]").count(), 0, "what is not wide is no stop");
  await keys.press("Shift+Tab", "ArrowUp", "Tab");
  await keys.isAt("is-wide");
  assert.deepEqual(await violations(page), []);
  await keys.press(...Array<string>(60).fill("ArrowRight"));
  await showsItsEnd(code);
  await keys.press("Escape");
  await keys.isAt("input");
});

test("by touch wide code is scrolled where it stands, and the page is not, at 320 px", async (t) => {
  const narrow = { hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } };
  const room = await roomWithCode(t, narrow);
  if (room === undefined) return;
  const { page, code, visitor } = room;
  assert.equal(await scrolls(code), true);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflowing(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await page.emulateMedia({ forcedColors: "active" });
  assert.equal(await fades(code), true, "there is more to see");
  await code.evaluate((pre) => pre.scrollTo({ left: pre.scrollWidth, behavior: "instant" }));
  await page.locator("pre.is-wide:not(.is-more)").waitFor();
  assert.equal(await fades(code), false, "this is the end");
  // Turned, or on a larger screen, it is as wide as it needs.
  await page.setViewportSize({ width: 3_000, height: 640 });
  await settled(page);
  assert.deepEqual(visitor.problems, []);
});
