import assert from "node:assert/strict";
import { test } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed } from "./room-page.ts";

/** As on iOS: the keyboard lies over the page, whose own height stays, and only the visual viewport tells. */
function coverByKeyboard({ height }: { readonly height: number }): void {
  const { visualViewport } = window;
  if (visualViewport === null) throw new Error("no visual viewport");
  Object.defineProperty(visualViewport, "height", { configurable: true, get: () => height });
  visualViewport.dispatchEvent(new Event("resize"));
}

test("a keyboard that lies over the page does not cover the composer, and the newest message stays in view", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  for (let at = 1; at <= 30; at += 1) {
    ana.send({ action: "message", ref: `m${at}`, message: `message ${at}` });
    await ana.until("ack");
  }
  await page.getByText("message 30").waitFor();
  const bottomOf = (selector: string) =>
    page
      .locator(selector)
      .last()
      .evaluate((element) => element.getBoundingClientRect().bottom);
  assert.ok((await bottomOf(".dock")) > 800);
  await page.evaluate(coverByKeyboard, { height: 500 });
  await page.waitForFunction(
    () => (document.querySelector(".dock")?.getBoundingClientRect().bottom ?? 0) <= 500,
  );
  assert.ok((await bottomOf(".row")) < 500);
  await page.evaluate(coverByKeyboard, { height: 844 });
  await page.waitForFunction(
    () => (document.querySelector(".dock")?.getBoundingClientRect().bottom ?? 0) > 800,
  );
});
