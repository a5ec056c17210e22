import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { wordsFor } from "../../src/browser/announcer.ts";
import { marked } from "../../src/browser/tab-icon.ts";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, say } from "./room-page.ts";

/**
 * Waits until the accessibility tree, which a screen reader reads, has these lines.
 * @returns all that it has
 */
async function isTold(page: Page, lines: readonly string[]): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const deadline = AbortSignal.timeout(30_000);
  for (;;) {
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const names = nodes.map(({ name }) => String(name?.value));
    if (lines.every((line) => names.includes(line))) {
      await session.detach();
      return names;
    }
    deadline.throwIfAborted();
  }
}

test("a burst is announced by its number, a few messages in their words", () => {
  const inNumbers = (count: number) => `${count} new`;
  assert.deepEqual(wordsFor(["Ana: a", "Bo: b"], inNumbers), ["Ana: a", "Bo: b"]);
  assert.deepEqual(wordsFor(["1", "2", "3", "4"], inNumbers), ["4 new"]);
});

test("the tab's icon shows how much is unread, up to what can be read there", () => {
  assert.match(marked("<svg></svg>", 3), />3<\/text><\/svg>$/);
  assert.match(marked("<svg></svg>", 40), />9\+<\/text>/);
});

test("the log: copied as names and texts, walked by keys, announced once, counted in the tab's icon", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0", MESSAGE_BURST: "1000" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const write = async (from: number, through: number) => {
    for (let at = from; at <= through; at += 1) {
      ana.send({ action: "message", ref: `m${at}`, message: `message ${at}` });
      await ana.until("ack");
    }
  };
  await write(1, 60);
  const visitor = await browser.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.getByText("message 60", { exact: true }).waitFor();

  await page.evaluate(() => {
    const texts = [...document.querySelectorAll(".row .text")].slice(-2);
    const [from, to] = texts;
    if (from !== undefined && to !== undefined) getSelection()?.setBaseAndExtent(from, 0, to, 1);
  });
  await page.locator(".log").focus();
  await page.keyboard.press("Control+c");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Ana: message 59\nAna: message 60");

  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.match((await page.locator(".row:focus").textContent()) ?? "", /message 59/);
  await page.keyboard.press("Home");
  await page.locator(".log").evaluate((log) => (log.scrollTop = -1_000));
  await write(61, 62);
  await isTold(page, ["Ana: message 61", "Ana: message 62"]);
  await page.getByRole("button", { name: "2 new" }).waitFor();
  await page.waitForFunction(() =>
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href.startsWith("data:image/svg+xml,"),
  );
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
  await page.keyboard.press("End");
  await page.locator(".pill").waitFor({ state: "detached" });
  // To its end: at two o'clock "message 6" and the time of the row after it read "message 62:26 PM".
  assert.equal(await page.getByText(/message 62$/).count(), 1, "what is announced is not there twice");
  await say(page, "hers");
  await page.getByText("hers", { exact: true }).waitFor();
  await write(63, 63);
  const all = await isTold(page, ["Ana: message 63"]);
  assert.deepEqual(
    all.filter((line) => line.endsWith(": hers")),
    [],
    "what one says oneself is not read out",
  );
  const told = page.locator(".log > .sr");
  assert.equal(await told.evaluate((host) => host.closest("[role=log]") !== null), true);
  assert.equal(await page.locator(".log > .col").getAttribute("aria-live"), "off");
  assert.deepEqual(visitor.problems, []);
});

test("nobody is said to have joined below what they said", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const bo = await connect(server.socket("standup"), { key: newKey(), name: "Bo" });
  bo.send({ action: "message", ref: "m1", message: "here I am" });
  await page.getByText("2 here").waitFor();
  await page.getByText("here I am", { exact: true }).waitFor();
  assert.equal(await page.locator(".group ~ .joins").count(), 0);
});
