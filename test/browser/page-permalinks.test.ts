import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, say } from "./room-page.ts";

/** A room where Ana has said "message 1" and so on. */
async function longRoom(t: TestContext, count: number) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0", MESSAGE_BURST: "100000" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const url = `${server.url}/r/standup`;
  return { browser, server, ana, url, seqs: await write(ana, 1, count) };
}

type Writer = Awaited<ReturnType<typeof connect>>;

async function write(ana: Writer, from: number, count: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let at = from; at < from + count; at += 1) {
    ana.send({ action: "message", ref: `m${at}`, message: `message ${at}` });
    seqs.push((await ana.until("ack")).seq);
  }
  return seqs;
}

const found = (page: Page, text: string) =>
  page.locator(".row[data-found] .text").getByText(text, { exact: true });

async function isInView(page: Page, text: string): Promise<void> {
  await found(page, text).waitFor();
  await page.waitForFunction(() => {
    const row = document.querySelector(".row[data-found]")?.getBoundingClientRect();
    const log = document.querySelector(".log")?.getBoundingClientRect();
    return row !== undefined && log !== undefined && row.top >= log.top && row.bottom <= log.bottom;
  });
}

test("a link to a message opens it with what is around it, and from there one comes back to the newest", async (t) => {
  const room = await longRoom(t, 450);
  if (room === undefined) return;
  const { browser, ana, url, seqs } = room;
  const visitor = await browser.visitor();
  const page = await visitor.open(`${url}#m${seqs[99]}`);
  await isWelcomed(page);
  await isInView(page, "message 100");
  for (const near of ["message 90", "message 110"]) {
    assert.equal(await page.getByText(near, { exact: true }).isVisible(), true, near);
  }
  assert.equal(await page.getByText("message 450", { exact: true }).count(), 0);
  await page.getByRole("button", { name: "To the newest" }).waitFor();
  await write(ana, 451, 3);
  await page.getByRole("button", { name: "3 new" }).click();
  await page.getByText("message 453", { exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, "", "a reload does not bring one back");
  assert.equal(await page.locator(".log").evaluate(({ scrollTop }) => Math.abs(scrollTop)), 0);
  assert.deepEqual(visitor.problems, []);
});

test("Up changes what one said last, not what one said last of what is shown", async (t) => {
  const room = await longRoom(t, 1);
  if (room === undefined) return;
  const { browser, ana, url, seqs } = room;
  const page = await (await browser.visitor()).open(url);
  await isWelcomed(page);
  const saySo = async (text: string) => {
    await say(page, text);
    await page.locator(".row:not(.is-pending)", { hasText: text }).waitFor();
  };
  await saySo("said long ago");
  await write(ana, 2, 300);
  await saySo("said last");
  await page.goto("about:blank");
  await page.goto(`${url}#m${seqs[0]}`);
  await isInView(page, "message 1");
  assert.equal(await page.getByText("said last", { exact: true }).count(), 0);
  await page.press("textarea", "ArrowUp");
  await page.getByRole("group", { name: "Editing" }).getByText("said last").waitFor();
  assert.equal(await page.inputValue("textarea"), "said last");
});

test("a link to a message far back shows it at once: no other part of the room is ever before one's eyes", async (t) => {
  const room = await longRoom(t, 600);
  if (room === undefined) return;
  const page = await (await room.browser.visitor()).open("about:blank");
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    const look = () => {
      const rows = [...document.querySelectorAll(".row .text")].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
      const texts = rows.map((row) => row.textContent).join();
      if (texts !== "" && seen.at(-1) !== texts) seen.push(texts);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${room.url}#m${room.seqs[149]}`);
  await isWelcomed(page);
  await isInView(page, "message 150");
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  assert.ok(seen.length > 0);
  for (const texts of seen) assert.match(texts, /message 145,.*message 150,.*message 155/);
});

test("a link to a deleted message shows where it was and says so, one to none says so", async (t) => {
  const room = await longRoom(t, 30);
  if (room === undefined) return;
  const { browser, ana, url, seqs } = room;
  ana.send({ action: "delete", ref: "d", target: seqs[3] ?? 0 });
  await ana.until("ack");
  const page = await (await browser.visitor()).open(`${url}#m${seqs[3]}`);
  await page.getByText("That message was deleted.").waitFor();
  await page.locator(".row[data-found]", { hasText: "Message deleted" }).waitFor();
  await page.evaluate(() => (location.hash = "#m99999999"));
  await page.getByText("That message is not in this room.").waitFor();
  await page.getByText("message 30", { exact: true }).waitFor();
});

test("the link to a message is copied from its tools, and is its time's address", async (t) => {
  const room = await longRoom(t, 3);
  if (room === undefined) return;
  const { browser, url, seqs } = room;
  const visitor = await browser.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open(url);
  await isWelcomed(page);
  const row = page.locator(".row", { hasText: "message 2" });
  await row.hover();
  await row.getByRole("button", { name: "Copy link" }).click();
  await row.getByRole("button", { name: "Link copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${url}#m${seqs[1]}`);
  assert.equal(await row.locator("a.row-at").getAttribute("href"), `#m${seqs[1]}`);
});

test("from a message far back one reads on in both directions, and the line under the eye stays", async (t) => {
  const room = await longRoom(t, 420);
  if (room === undefined) return;
  const { browser, url, seqs } = room;
  const page = await (await browser.visitor()).open(`${url}#m${seqs[199]}`);
  await isInView(page, "message 200");
  const top = () => page.locator(".row[data-found]").evaluate((row) => row.getBoundingClientRect().top);
  const before = await top();
  const rows = () => page.locator(".row").count();
  // Pages on both sides come by themselves, as near as the ends are.
  await page.waitForFunction(() => document.querySelectorAll(".row").length > 150);
  assert.ok(Math.abs((await top()) - before) <= 1, "nothing moved");
  const scroll = (by: number) =>
    page.locator(".log").evaluate(async (log, px) => {
      log.scrollTop += px;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, by);
  for (let at = 0; at < 60 && (await page.getByText("message 420", { exact: true }).count()) === 0; at += 1) {
    await scroll(1_500);
  }
  await page.getByText("message 420", { exact: true }).waitFor();
  assert.ok((await rows()) > 200);
  await page.locator(".log").evaluate((log) => (log.scrollTop = 0));
  await page.locator(".pill").waitFor({ state: "detached" });
  await say(page, "mine");
  await page.getByText("mine", { exact: true }).waitFor();
});

test("what is new begins at a line, over a reload too, until one says something", async (t) => {
  const room = await longRoom(t, 5);
  if (room === undefined) return;
  const { browser, ana, url } = room;
  const visitor = await browser.visitor();
  const first = await visitor.open(url);
  await isWelcomed(first);
  await first.getByText("message 5", { exact: true }).waitFor();
  assert.equal(await first.locator(".new").count(), 0, "nothing is new on a first visit");
  await first.close();
  await write(ana, 6, 2);
  const page = await visitor.open(url);
  const afterLine = page.locator(".new + .group .text").first();
  await afterLine.getByText("message 6").waitFor();
  await page.reload();
  await afterLine.getByText("message 6").waitFor();
  await say(page, "thanks");
  await page.locator(".new").waitFor({ state: "detached" });
});
