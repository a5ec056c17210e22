import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, say, shows, suitsEverybody } from "./room-page.ts";

/** The rooms as they are listed, with what is unread; "*" before the one that is shown. */
async function listed(page: Page): Promise<string[]> {
  return await page.locator(".rooms li > a").evaluateAll((links) =>
    links
      .filter((link) => link.checkVisibility())
      .map((link) => {
        const count = link.querySelector(".count .sr")?.textContent;
        const name = link.querySelector("bdi")?.textContent ?? "";
        return `${link.ariaCurrent === "page" ? "*" : ""}${name}${count === undefined ? "" : ` (${count})`}`;
      }),
  );
}

async function lists(page: Page, expected: readonly string[]): Promise<void> {
  const untilMs = performance.now() + 30_000;
  while (performance.now() < untilMs) {
    if (JSON.stringify(await listed(page)) === JSON.stringify(expected)) return;
    await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(done)).then(() => true));
  }
  assert.deepEqual(await listed(page), expected);
}

test("the list of rooms is there from the second room on, and leads from one to the other", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/`);
  await isWelcomed(page);
  assert.equal(await page.locator(".rooms").count(), 0);
  await page.goto(`${server.url}/r/読書会`);
  await isWelcomed(page);
  await lists(page, ["*読書会", "lobby"]);
  await page.getByLabel("Open or make a room").fill("Stand Up");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${server.url}/r/stand-up`);
  await lists(page, ["*stand-up", "読書会", "lobby"]);
  await page.getByRole("link", { name: "lobby" }).click();
  await page.waitForURL(`${server.url}/`);
  await lists(page, ["stand-up", "読書会", "*lobby"]);
  await page.getByLabel("Open or make a room").fill("?!");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Letters, digits" }).waitFor();
  await page.getByRole("button", { name: "Take stand-up off the list" }).focus();
  await page.keyboard.press("Enter");
  await lists(page, ["読書会", "*lobby"]);
  assert.deepEqual(visitor.problems, []);
});

test("what is said in a room that is not open is counted there, without a second socket", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const hers = await ana.open(`${server.url}/r/standup`);
  await isWelcomed(hers);
  const his = await bo.open(`${server.url}/r/standup`);
  await isWelcomed(his);
  await say(his, "before");
  await shows(hers, ["before"]);
  await hers.goto(`${server.url}/r/release-night`);
  await lists(hers, ["*release-night", "standup"]);
  const sockets: string[] = [];
  hers.on("websocket", (socket) => sockets.push(socket.url()));
  await say(his, "one");
  await say(his, "two");
  await shows(his, ["before", "one", "two"]);
  // As when she comes back to the window a while later.
  await hers.evaluate(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("confab:unread:")) localStorage.setItem(key, "0 0");
    }
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await lists(hers, ["*release-night", "standup (2 unread)"]);
  assert.deepEqual(sockets, []);
  await hers.getByRole("link", { name: /standup/ }).click();
  await shows(hers, ["before", "one", "two"]);
  await lists(hers, ["release-night", "*standup"]);
});

test("windows on several rooms stay in step: rooms, what is unread, one's name", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const ana = await browser.visitor();
  const url = (room: string) => `${server.url.replace("127.0.0.1", "lan.test")}/r/${room}`;
  const one = await ana.open(url("one"));
  await isWelcomed(one);
  const two = await ana.open(url("two"));
  await isWelcomed(two);
  assert.equal(await two.evaluate(() => isSecureContext), false);
  await lists(one, ["two", "*one"]);
  const bo = await connect(server.socket("one"), { key: newKey(), name: "Bo" });
  const boSays = async (message: string) => {
    bo.send({ action: "message", ref: message.replace(" ", "-"), message });
    await bo.until("ack");
  };
  // What is scrolled away is not seen; the window itself stays in view, as Chromium's always do here.
  await one.bringToFront();
  for (let at = 1; at <= 40; at += 1) await boSays(`line ${at}`);
  await one.getByText("line 40", { exact: true }).waitFor();
  await one.locator(".log").evaluate((log) => log.scrollTo(0, -log.scrollHeight));
  await one.waitForFunction(() => (document.querySelector(".log")?.scrollTop ?? 0) < -50);
  // The page hears of it with the next frame, before the callbacks of that frame.
  await one.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await boSays("missed");
  await lists(two, ["*two", "one (1 unread)"]);
  await one.getByRole("button", { name: "1 new" }).click();
  await lists(two, ["*two", "one"]);
  await one.getByRole("button", { name: "Change your name" }).click();
  await one.fill(".name-in", "Ana");
  await one.keyboard.press("Enter");
  await two.locator(".who b", { hasText: "Ana" }).waitFor();
  assert.deepEqual(ana.problems, []);
});

test("below 900 px the list opens over the room, by keyboard too, and gives the focus back", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const page = await visitor.open(`${server.url}/r/one`);
  await isWelcomed(page);
  await page.goto(`${server.url}/r/two`);
  await isWelcomed(page);
  assert.equal(await page.locator(".rooms").isVisible(), false);
  await page.getByRole("button", { name: "Your rooms" }).focus();
  await page.keyboard.press("Enter");
  await lists(page, ["*two", "one"]);
  assert.equal(await page.evaluate(() => document.activeElement?.ariaCurrent), "page");
  const heights = await page
    .locator(".drawer :is(a.rm, .rm-out, .go-in)")
    .evaluateAll((targets) => targets.map((target) => target.getBoundingClientRect().height));
  assert.ok(Math.min(...heights) >= 44, heights.join());
  await page.keyboard.press("Escape");
  await page.locator(".drawer").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.classList.contains("to-rooms")), true);
  await page.getByRole("button", { name: "Your rooms" }).click();
  await page.locator(".drawer[open]").waitFor();
  await page.mouse.click(380, 400);
  await page.locator(".drawer").waitFor({ state: "detached" });
});

test("the room fills a screen with its link, its code and what is said; Escape leaves", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ viewport: { width: 1440, height: 900 } });
  const page = await visitor.open(`${server.url}/r/bio-101`);
  await isWelcomed(page);
  await say(page, "a question");
  await shows(page, ["a question"]);
  await page.getByRole("button", { name: "Options of this room" }).click();
  await page.getByRole("button", { name: "Show on a screen" }).click();
  const wall = page.getByRole("dialog", { name: "The room on a screen" });
  await wall.getByRole("img", { name: "QR code of the room’s link" }).waitFor();
  await wall.getByText("a question").waitFor();
  assert.equal(await wall.locator(".big bdi").textContent(), "bio-101");
  const size = await wall.locator(".text").evaluate((text) => parseFloat(getComputedStyle(text).fontSize));
  assert.ok(size >= 30, `${size} px`);
  await page.keyboard.press("Escape");
  await wall.waitFor({ state: "detached" });
  // The browser leaves it a moment later.
  await page.waitForFunction(() => document.fullscreenElement === null);
  assert.deepEqual(visitor.problems, []);
});

test("rooms, options and projector suit everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/${"a-long-name-".repeat(5)}`);
  await isWelcomed(page);
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  for (const width of [320, 768, 1440]) {
    await page.setViewportSize({ width, height: 700 });
    await suitsEverybody(page, `two rooms, ${width} px`);
    if (width < 900) {
      await page.getByRole("button", { name: "Your rooms" }).click();
      await page.locator(".drawer[open]").waitFor();
      await suitsEverybody(page, `the list over the room, ${width} px`);
      await page.keyboard.press("Escape");
      await page.locator(".drawer").waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "Options of this room" }).click();
    await page.getByRole("button", { name: "Show on a screen" }).waitFor();
    await suitsEverybody(page, `options, ${width} px`);
    await page.getByRole("button", { name: "Show on a screen" }).click();
    await page.locator(".projector .qr path").waitFor();
    await suitsEverybody(page, `projector, ${width} px`);
    await page.keyboard.press("Escape");
    await page.locator(".projector").waitFor({ state: "detached" });
  }
});
