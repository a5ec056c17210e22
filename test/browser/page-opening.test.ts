/** Where a visit to a room begins, when one was here before. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, settled } from "./room-page.ts";

/** A room in which Ana has said so many things, and a visitor who has read them. */
async function readRoom(t: TestContext, count: number) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  let said = 0;
  const write = async (messages: number) => {
    for (let at = 0; at < messages; at += 1) {
      said += 1;
      ana.send({ action: "message", ref: `m${said}`, message: `message ${said}` });
      await ana.until("ack");
    }
  };
  await write(count);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await isShown(page, `message ${count}`);
  return { page, write, url: `${server.url}/r/standup`, other: `${server.url}/r/other` };
}

const isShown = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();
const fromEnd = (page: Page) => page.locator(".log").evaluate(({ scrollTop }) => Math.abs(scrollTop));
const topOf = async (page: Page, selector: string) => {
  const log = await page.locator(".log").boundingBox();
  const box = await page.locator(selector).boundingBox();
  return { topPx: (box?.y ?? NaN) - (log?.y ?? NaN), heightPx: log?.height ?? NaN };
};

test("who comes back reads on from the first message that is new, however far back; it counts until they have", async (t) => {
  const room = await readRoom(t, 70);
  if (room === undefined) return;
  const { page, write, url, other } = room;
  for (const [missed, first, last] of [
    [40, "message 71", "message 110"],
    [130, "message 111", "message 240"],
  ] as const) {
    await page.goto(other);
    await write(missed);
    await page.goto(url);
    await isWelcomed(page);
    await page.locator(".new + .group .text").first().getByText(first, { exact: true }).waitFor();
    await settled(page);
    const { topPx, heightPx } = await topOf(page, ".new");
    assert.ok(topPx > 0 && topPx < heightPx / 3, `the line is at ${topPx} of ${heightPx} px`);
    await page.getByRole("button", { name: `${missed} new` }).waitFor();
    assert.equal(await page.title(), `(${missed}) standup · Confab`);
    await page.keyboard.press("End");
    await isShown(page, last);
    await page.waitForFunction(() => document.title === "standup · Confab");
  }
});

test("what is new and fits into the window is read at once", async (t) => {
  const room = await readRoom(t, 70);
  if (room === undefined) return;
  const { page, write, url, other } = room;
  await page.goto(other);
  await write(3);
  await page.goto(url);
  await isWelcomed(page);
  await isShown(page, "message 73");
  await page.locator(".new").waitFor();
  await settled(page);
  assert.equal(await fromEnd(page), 0);
  assert.equal(await page.title(), "standup · Confab");
  assert.equal(await page.locator(".pill").count(), 0);
});

test("a reload, and the way Back, come to the very line one was reading; another visit to the newest", async (t) => {
  const room = await readRoom(t, 260);
  if (room === undefined) return;
  const { page, url, other } = room;
  for (const up of [900, 5_000]) {
    await page.locator(".log").evaluate((log, px) => (log.scrollTop -= px), up);
    await settled(page);
  }
  const id = await page.locator(".log").evaluate((log) => {
    const { top } = log.getBoundingClientRect();
    return [...log.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().top >= top)?.id ?? "";
  });
  const before = (await topOf(page, `#${id}`)).topPx;
  const isThere = async (how: string) => {
    await isWelcomed(page);
    await page.locator(`#${id}`).waitFor();
    await settled(page);
    const { topPx } = await topOf(page, `#${id}`);
    assert.ok(Math.abs(topPx - before) <= 1, `${how}: from ${before} to ${topPx} px`);
  };
  await page.reload();
  await isThere("reloaded");
  await page.goto(other);
  await isWelcomed(page);
  await page.goBack();
  await isThere("back");
  await page.goto(other);
  await page.goto(url);
  await isShown(page, "message 260");
  assert.equal(await fromEnd(page), 0);
});
