import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { isWelcomed, say, settled } from "./room-page.ts";

/** Two people who talk by turns: each message is a group of its own. */
async function writers(server: TestServer, textOf = (at: number) => `message ${at}`) {
  const enter = (name: string) => connect(server.socket("standup"), { key: newKey(), name });
  const clients = await Promise.all(["Ana", "Bo"].map(enter));
  let count = 0;
  const write = async (messages: number): Promise<void> => {
    for (let at = 0; at < messages; at += 1) {
      count += 1;
      const client = clients[count % 2];
      client?.send({ action: "message", ref: `m${count}`, message: textOf(count) });
      await client?.until("ack");
    }
  };
  return { write };
}

const isShown = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();
const distanceFromEnd = (page: Page) => page.locator(".log").evaluate(({ scrollTop }) => Math.abs(scrollTop));
/** As a wheel does; resolves when the page has drawn it. */
const scrollTo = (page: Page, distance: number) =>
  page.locator(".log").evaluate(async (log, px) => {
    log.scrollTop = -px;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, distance);
const scrollUp = (page: Page) => scrollTo(page, 1_000_000);
/** Each page of history that loads is another way up. */
const scrollToFirst = (page: Page, text: string) =>
  page.waitForFunction((first) => {
    const log = document.querySelector(".log");
    if (log !== null) log.scrollTop = -log.scrollHeight;
    return document.querySelector(".row .text")?.textContent === first;
  }, text);
const firstInView = (page: Page) =>
  page
    .locator(".row .text")
    .evaluateAll((rows) => rows.find((row) => row.getBoundingClientRect().top > 200)?.textContent ?? "");

test("at the newest message it stays there, however many come", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const people = await writers(server);
  await people.write(30);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isShown(page, "message 30");
  await people.write(10);
  await isShown(page, "message 40");
  assert.equal(await distanceFromEnd(page), 0);
  assert.equal(await page.locator(".pill").count(), 0);
});

test("scrolled up, the line under the eye stays while older and newer messages come", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const people = await writers(server);
  await people.write(160);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isShown(page, "message 160");
  await scrollTo(page, 1_000);
  const reading = page.getByText(await firstInView(page), { exact: true });
  const element = await reading.elementHandle();
  const before = await reading.boundingBox();
  await isShown(page, "message 61");
  await people.write(12);
  await page.getByRole("button", { name: "12 new" }).waitFor();
  assert.deepEqual(await reading.boundingBox(), before);
  await scrollToFirst(page, "message 1");
  assert.equal(await element.evaluate((row) => row.isConnected), true, "it is still the same element");
  await page.getByRole("button", { name: "12 new" }).click();
  await page.locator(".pill").waitFor({ state: "detached" });
  assert.equal(await distanceFromEnd(page), 0);
  const seen = await page.locator(".row .text").allTextContents();
  assert.deepEqual(
    seen,
    Array.from({ length: 172 }, (_, at) => `message ${at + 1}`),
  );
});

test("whatever size the window takes, the line under the eye stays, far up too, where less is above it then", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  // All of one person, so that nothing is spared the new layout.
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  for (let at = 1; at <= 50; at += 1) {
    ana.send({ action: "message", ref: `m${at}`, message: `message ${at} ${"word ".repeat(at)}` });
  }
  const phone = { width: 390, height: 800 };
  const page = await (await browser.visitor({ viewport: phone })).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.getByText("message 50").waitFor();
  const height = await page.locator(".log").evaluate(({ scrollHeight }) => scrollHeight);
  for (const part of [0.2, 0.55]) {
    await scrollTo(page, height * part);
    const id = await page.locator(".log").evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const rows = [...log.querySelectorAll(".row")];
      return rows.find((row) => row.getBoundingClientRect().top >= top)?.id ?? "";
    });
    const top = async () => (await page.locator(`#${id}`).boundingBox())?.y ?? NaN;
    const before = await top();
    for (const size of [{ width: 1280, height: 800 }, { width: 320, height: 400 }, phone]) {
      await page.setViewportSize(size);
      await settled(page);
      assert.ok(Math.abs((await top()) - before) <= 1, `${size.width} px: ${before} to ${await top()}`);
    }
  }
});

test("no line moves but by the hand that scrolls, while pages come and far groups are laid out at last", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const people = await writers(server, (at) => `message ${at} ${"of some length ".repeat((at * 7) % 12)}`);
  await people.write(140);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await page.getByText("message 140 ").waitFor();
  const isLaidOut = (row: Element) => row.checkVisibility({ contentVisibilityAuto: true });
  const moved = await page.locator(".log").evaluate(async (log) => {
    const inView = () =>
      [...log.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().top > innerHeight / 2);
    const distances: number[] = [];
    for (const stepPx of [-300, 300]) {
      for (let at = log.scrollTop + 1; at !== log.scrollTop;) {
        const row = inView();
        const before = row?.getBoundingClientRect().top ?? 0;
        at = log.scrollTop;
        log.scrollTop += stepPx;
        const byHand = at - log.scrollTop;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        distances.push(Math.abs((row?.getBoundingClientRect().top ?? 0) - before - byHand));
      }
    }
    return Math.max(...distances);
  });
  assert.ok(moved <= 1, `a line moved by ${moved} px`);
  assert.equal(await page.locator(".row").last().evaluate(isLaidOut), true);
  assert.equal(await page.locator(".row").first().evaluate(isLaidOut), false, "far away");
});

test("what one says oneself brings one back to the newest message", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const people = await writers(server);
  await people.write(45);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await isShown(page, "message 45");
  await scrollUp(page);
  assert.notEqual(await distanceFromEnd(page), 0);
  await say(page, "mine");
  await isShown(page, "mine");
  assert.equal(await distanceFromEnd(page), 0);
});

test("messages that come while nobody looks at the window are counted in its title", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const people = await writers(server);
  await people.write(30);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isShown(page, "message 30");
  await scrollUp(page);
  await people.write(3);
  await page.waitForFunction(() => document.title === "(3) standup · Confab");
});
