/** The phone's Back. What asks for it here is the test itself: this Chromium has no such button, and only Escape. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed } from "./room-page.ts";

interface Watching {
  /** Those that would be asked, the newest last. */
  readonly watchers: { requestClose: () => void }[];
}

/** Keeps what waits for Back, and leaves it what it is. */
function watchWatchers(): void {
  const { CloseWatcher: Real } = globalThis as unknown as {
    CloseWatcher: new () => EventTarget & { destroy(): void };
  };
  const watchers: unknown[] = [];
  class Seen extends Real {
    constructor() {
      super();
      watchers.push(this);
      this.addEventListener("close", () => this.forget());
    }
    override destroy(): void {
      this.forget();
      super.destroy();
    }
    forget(): void {
      const at = watchers.indexOf(this);
      if (at >= 0) watchers.splice(at, 1);
    }
  }
  Object.assign(globalThis, { CloseWatcher: Seen, watchers });
}

async function roomPage(t: TestContext, options: BrowserContextOptions) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  const page = await (await browser.visitor(options)).open("about:blank");
  await page.addInitScript(watchWatchers);
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  return page;
}

const waiting = (page: Page) => page.evaluate(() => (globalThis as unknown as Watching).watchers.length);
const goBack = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Watching).watchers.at(-1)?.requestClose());

test("Back closes a panel and the emoji before it leaves the room, and the history knows nothing of it", async (t) => {
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } };
  const page = await roomPage(t, phone);
  if (page === undefined) return;
  const entries = await page.evaluate(() => history.length);
  for (const [button, opened] of [
    ["Search", ".panel"],
    ["Only you", ".panel"],
    ["Emoji", ".picker"],
  ] as const) {
    await page.getByRole("button", { name: button }).tap();
    await page.locator(opened).waitFor();
    assert.equal(await waiting(page), 1, button);
    await goBack(page);
    await page.locator(opened).waitFor({ state: "detached" });
    assert.equal(await waiting(page), 0, `${button}, closed: Back leaves`);
  }
  assert.equal(await page.evaluate(() => history.length), entries);
});

test("Escape closes a panel that covers the room wherever the focus is, and beside the room only from within", async (t) => {
  const page = await roomPage(t, { viewport: { width: 700, height: 700 } });
  if (page === undefined) return;
  const panel = page.locator(".panel");
  await page.keyboard.press("Control+k");
  await page.locator(".panel input:focus").waitFor();
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.locator(".panel input:focus").waitFor();
  await page.setViewportSize({ width: 1300, height: 700 });
  await page.waitForFunction(() => (globalThis as unknown as Watching).watchers.length === 0);
  await page.focus("textarea");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 700, height: 700 });
  await page.waitForFunction(() => (globalThis as unknown as Watching).watchers.length === 1);
  assert.equal(await panel.count(), 1);
});
