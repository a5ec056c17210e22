import assert from "node:assert/strict";
import { test } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, reconnects, say, shows } from "./room-page.ts";

test("I3 I8 a message typed while the server is down is queued, outlives its window, and arrives once", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const url = `${server.url}/r/standup`;
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const [hers, his] = [await ana.open(url), await bo.open(url)];
  await Promise.all([isWelcomed(hers), isWelcomed(his)]);
  await say(hers, "before");
  await shows(his, ["before"]);
  await server.stop();
  await hers.getByText("Reconnecting…").waitFor();
  await say(hers, "while it is down");
  await say(hers, "and more");
  await hers.getByText("Reconnecting… · queued (2)").waitFor();
  assert.equal(await hers.locator(".is-pending").count(), 2);
  await hers.close();
  await startServer(t, { DATA_DIR: server.dataDir, PORT: new URL(url).port });
  await reconnects(his);
  const again = await ana.open(url);
  for (const page of [again, his]) await shows(page, ["before", "while it is down", "and more"]);
  assert.equal(await again.locator(".is-pending").count(), 0);
});

test("a message that waits for the server can be taken back by mouse and by keyboard, and never goes out", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const url = `${server.url}/r/standup`;
  const page = await (await browser.visitor()).open(url);
  await isWelcomed(page);
  await server.stop();
  await page.getByText("Reconnecting…").waitFor();
  for (const text of ["regretted", "meant", "regretted too"]) await say(page, text);
  await page.locator(".row", { hasText: "regretted too" }).hover();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Reconnecting… · queued (2)").waitFor();
  await page.locator(".row").last().press("ArrowUp");
  await page.keyboard.press("Delete");
  await page.getByText("Reconnecting… · queued (1)").waitFor();
  await startServer(t, { DATA_DIR: server.dataDir, PORT: new URL(url).port });
  await reconnects(page);
  await say(page, "and kept");
  await page.reload();
  await shows(page, ["meant", "and kept"]);
});

test("I5 a page that was there before the restart resumes: nothing is missing, nothing is there twice", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const url = `${server.url}/r/standup`;
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const [hers, his] = [await ana.open(url), await bo.open(url)];
  await Promise.all([isWelcomed(hers), isWelcomed(his)]);
  await say(hers, "one");
  await shows(his, ["one"]);
  await server.stop();
  await hers.getByText("Reconnecting…").waitFor();
  await say(hers, "two");
  await startServer(t, { DATA_DIR: server.dataDir, PORT: new URL(url).port });
  for (const page of [hers, his]) await reconnects(page);
  await shows(his, ["one", "two"]);
  await shows(hers, ["one", "two"]);
  await say(his, "three");
  for (const page of [hers, his]) await shows(page, ["one", "two", "three"]);
});

test("a message that the server refuses says why; Retry and Delete do what they say", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const generous = await startServer(t, { MAX_MESSAGE_CHARS: "400" });
  const url = `${generous.url}/r/standup`;
  const visitor = await browser.visitor();
  const page = await visitor.open(url);
  await isWelcomed(page);
  await generous.stop();
  await page.getByText("Reconnecting…").waitFor();
  await say(page, "x".repeat(350));
  await say(page, "y".repeat(350));
  const port = new URL(url).port;
  const strict = await startServer(t, { DATA_DIR: generous.dataDir, PORT: port, MAX_MESSAGE_CHARS: "300" });
  await reconnects(page);
  await page.locator(".fail", { hasText: "Not sent. 350 characters; at most 300." }).nth(1).waitFor();
  await page.getByRole("button", { name: "Delete" }).first().click();
  await page.locator(".is-failed").nth(1).waitFor({ state: "detached" });
  await page.reload();
  await page.locator(".fail").waitFor();
  await strict.stop();
  await startServer(t, { DATA_DIR: generous.dataDir, PORT: port });
  await reconnects(page);
  await page.getByRole("button", { name: "Retry" }).click();
  await shows(page, ["y".repeat(350)]);
});

test("where nothing can be kept in the browser, one can talk all the same", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open("about:blank");
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "hello");
  await shows(page, ["hello"]);
  assert.deepEqual(visitor.problems, []);
});
