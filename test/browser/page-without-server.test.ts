import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, reconnects, say, shows, violations } from "./room-page.ts";

/** The texts the browser keeps of this room. */
async function keptTexts(page: Page): Promise<string | undefined> {
  return await page.evaluate(async () => {
    const cacheName = (await caches.keys()).find((name) => name.startsWith("confab-messages"));
    const address = `${location.origin}${location.pathname}/events`;
    const stored = cacheName && (await caches.match(address, { cacheName, ignoreSearch: true }));
    if (!stored) return undefined;
    const { events } = (await stored.json()) as { events: { type: string; msg: string }[] };
    return events
      .filter(({ type }) => type === "msg")
      .map(({ msg }) => msg)
      .join("\n");
  });
}

/** Waits until the browser holds what it takes to open rooms without a server, and these texts of this one. */
async function isKept(page: Page, texts: readonly string[]): Promise<void> {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  const deadline = Date.now() + 15_000;
  while ((await keptTexts(page)) !== texts.join("\n")) {
    assert.ok(Date.now() < deadline, `kept: ${String(await keptTexts(page))}`);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
}

test("I8 a room opens without its server, with what was said; what is written waits, and goes out when it is back", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const port = new URL(server.url).port;
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "before");
  await shows(page, ["before"]);
  await isKept(page, ["before"]);
  await server.stop();
  await page.reload();
  await shows(page, ["before"]);
  const note = page.getByText("No connection. This is what was said when you were last here.");
  await note.waitFor();
  const leftOf = (words: typeof note) =>
    words.evaluate(
      (each) => each.getBoundingClientRect().left + parseFloat(getComputedStyle(each).paddingLeft),
    );
  assert.equal(await leftOf(note), await leftOf(page.locator(".row .text")), "on the axis of all words");
  assert.equal(await page.locator(".loading:visible").count(), 0, "it is said once");
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflowing(page), []);
  await say(page, "while it is away");
  await page.getByText(/queued \(1\)/).waitFor();
  // A room never opened here: honest, and ready to write in all the same.
  await page.goto(`${server.url}/r/never-seen`);
  await page.getByText("nothing of this room is kept in this browser").waitFor();
  await say(page, "first words");
  await startServer(t, { DATA_DIR: server.dataDir, PORT: port });
  await reconnects(page);
  await shows(page, ["first words"]);
  await page.goto(`${server.url}/r/standup`);
  await shows(page, ["before", "while it is away"]);
  assert.equal(await page.locator(".kept").count(), 0);
});

test("a page is never older than its server, and a deleted message goes from the browser with the next visit", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const port = new URL(server.url).port;
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const hers = await ana.open(`${server.url}/r/standup`);
  await isWelcomed(hers);
  await say(hers, "a secret");
  await shows(hers, ["a secret"]);
  const his = await bo.open(`${server.url}/r/standup`);
  await shows(his, ["a secret"]);
  await isKept(his, ["a secret"]);
  await his.goto("about:blank");
  await hers.locator(".log").focus();
  await hers.keyboard.press("ArrowUp");
  await hers.locator(".row:focus").waitFor();
  await hers.getByRole("button", { name: "Delete" }).press("Enter");
  await hers.getByText("Delete it for everybody?").waitFor();
  await hers.keyboard.press("Enter");
  await hers.getByText("Message deleted").waitFor();
  await server.stop();
  await startServer(t, { DATA_DIR: server.dataDir, PORT: port, PUBLIC_NAME: "Newer" });
  await his.goto(`${server.url}/r/standup`);
  assert.match(await his.title(), /Newer/);
  await isWelcomed(his);
  await isKept(his, [""]);
});

test("the weight of a first visit: at most 60 KB of script and style, and nothing from anywhere else", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open("about:blank");
  const weights: Promise<[gzip: number, sent: number]>[] = [];
  const urls: string[] = [];
  page.on("response", (response) => {
    urls.push(response.url());
    if (!/\.(?:js|css)$/.test(response.url())) return;
    const sizes = response.request().sizes();
    // This browser takes Brotli; most take no more than gzip where somebody between could read along.
    weights.push(
      Promise.all([
        response.body().then((body) => gzipSync(body).length),
        sizes.then(({ responseBodySize }) => responseBodySize),
      ]),
    );
  });
  page.on("websocket", (socket) => urls.push(socket.url()));
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  const weighed = await Promise.all(weights);
  const weight = weighed.reduce((sum, [gzip]) => sum + gzip, 0);
  const sent = weighed.reduce((sum, [, bytes]) => sum + bytes, 0);
  await say(page, "hello");
  await shows(page, ["hello"]);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  t.diagnostic(`${weight} bytes in ${weights.length} files, ${sent} of them sent`);
  assert.ok(weight > 20_000 && weight <= 60 * 1024, `${weight} bytes`);
  assert.ok(sent < weight, "Brotli is there to be lighter");
  const { host } = new URL(server.url);
  assert.deepEqual(
    urls.filter((url) => new URL(url).host !== host),
    [],
  );
});

test("without JavaScript one reads what was said last, and is told what is missing", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const hers = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(hers);
  await say(hers, "<b>hello</b>");
  await shows(hers, ["<b>hello</b>"]);
  for (const colorScheme of ["light", "dark"] as const) {
    const visitor = await browser.visitor({
      javaScriptEnabled: false,
      colorScheme,
      viewport: { width: 320, height: 640 },
    });
    const page = await visitor.open(`${server.url}/r/standup`);
    await page.locator(".plain li .text").waitFor();
    assert.match(await page.content(), /Without JavaScript you can read[^]*&lt;b&gt;hello&lt;\/b&gt;/);
    assert.deepEqual(visitor.problems, []);
  }
});
