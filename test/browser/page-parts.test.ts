import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, say, settled, shows } from "./room-page.ts";

interface Part {
  readonly name: string;
  readonly open: (page: Page) => Promise<void>;
  readonly shown: string;
}

/** What is loaded when somebody wants it. */
const parts: readonly Part[] = [
  { name: "people-panel", open: (page) => page.locator(".here").click(), shown: ".panel .find" },
  { name: "search-panel", open: (page) => page.keyboard.press("Control+k"), shown: ".panel .panel-foot kbd" },
  { name: "emoji-picker", open: (page) => page.locator(".emoji-btn").click(), shown: ".picker .cell" },
  {
    name: "options-dialog",
    open: (page) => page.locator(".head .acts .icon-btn").last().click(),
    shown: ".options",
  },
];

test("a part that cannot be loaded says so, is asked for again at the next press, and the room goes on", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  // Without the worker, which fetches the parts ahead.
  const visitor = await browser.visitor({ serviceWorkers: "block" });
  const page = await visitor.open(`${server.url}/r/standup`);
  for (const [at, { name, open, shown }] of parts.entries()) {
    await isWelcomed(page);
    // The code of one, the looks of the next.
    const missing = at % 2 === 0 ? `**/${name}-*.js` : "**/parts-*.css";
    await page.route(missing, (route) => route.abort());
    await open(page);
    await page.getByText("That part of the page could not be loaded.").waitFor();
    await say(page, name);
    await shows(
      page,
      parts.slice(0, at + 1).map((part) => part.name),
    );
    await page.unroute(missing);
    await open(page);
    await page.locator(shown).first().waitFor();
    await page.reload();
  }
});

test("a part is not shown before its looks are here, which are asked for once", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({
    serviceWorkers: "block",
    viewport: { width: 1440, height: 900 },
  });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  let asked = 0;
  let goOn: () => void = () => assert.fail("the looks were not asked for");
  await page.route("**/parts-*.css", (route) => {
    asked += 1;
    goOn = () => void route.continue();
  });
  // How wide each panel is when it comes, before anything is drawn.
  await page.evaluate(() => {
    const seen: number[] = Object.assign(globalThis, { seen: [] }).seen;
    new MutationObserver(() => {
      const panel = document.querySelector(".panel");
      if (panel !== null) seen.push(panel.getBoundingClientRect().width);
    }).observe(document.body, { childList: true, subtree: true });
  });
  const code = page.waitForResponse("**/people-panel-*.js");
  const style = page.waitForRequest("**/parts-*.css");
  await page.locator(".here").click();
  await Promise.all([code.then((response) => response.finished()), style]);
  await settled(page);
  assert.equal(await page.locator(".panel").count(), 0);
  goOn();
  await page.locator(".panel .person").waitFor();
  await page.keyboard.press("Control+k");
  await page.locator(".panel .panel-foot kbd").first().waitFor();
  const widths = await page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
  assert.ok(widths.length > 0 && widths.every((width) => width === 360), widths.join());
  assert.equal(asked, 1);
  assert.deepEqual(visitor.problems, []);
});

test("every part opens without a server, though nobody had opened it before", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.evaluate(async () => {
    const { ready } = navigator.serviceWorker;
    const { active } = await ready;
    if (active?.state === "activated") return;
    await new Promise((changed) => active?.addEventListener("statechange", changed, { once: true }));
  });
  await server.stop();
  await page.reload();
  await page.getByText("No connection").first().waitFor();
  for (const { open, shown, name } of parts) {
    // Who is here nobody knows without a server, and nobody is asked about it.
    if (name === "people-panel") continue;
    await open(page);
    await page.locator(shown).first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(shown).first().waitFor({ state: "detached" });
    await page.locator("textarea").focus();
  }
});
