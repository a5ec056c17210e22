import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { Keyboard } from "./keyboard.ts";
import { isWelcomed, suitsEverybody } from "./room-page.ts";

/** As Chromium does once it finds a page worth it. Resolves to whether the page holds the offer back. */
const offer = (page: Page) =>
  page.evaluate(() => {
    const event = new Event("beforeinstallprompt", { cancelable: true });
    const prompt = () => {
      document.documentElement.dataset["prompted"] = "";
      return Promise.resolve();
    };
    window.dispatchEvent(Object.assign(event, { prompt }));
    return event.defaultPrevented;
  });

test("a browser finds nothing that keeps the page from being installed", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const devTools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devTools.send("Page.getInstallabilityErrors");
  // A test's browser keeps nothing, and so installs nothing: that alone is in the way.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId),
    ["in-incognito"],
  );
});

test("installing as an app is among the options while the browser offers it, and gone once taken or installed", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const options = page.getByRole("dialog", { name: "Options" });
  const install = options.getByRole("button", { name: "Install as an app" });
  await page.getByRole("button", { name: "Options of this room" }).click();
  await options.waitFor();
  assert.equal(await install.count(), 0, "nothing is offered yet");
  assert.equal(await offer(page), true, "the browser does not ask by itself");
  await install.waitFor();
  await suitsEverybody(page, "the options with an offer");
  const keys = new Keyboard(page);
  await keys.tabTo("do-line", "Install as an app");
  await keys.press("Enter");
  await page.locator("html[data-prompted]").waitFor();
  await install.waitFor({ state: "detached" });
  await keys.isAt("do-line");
  await offer(page);
  await install.waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event("appinstalled")));
  await install.waitFor({ state: "detached" });
  assert.deepEqual(visitor.problems, []);
});
