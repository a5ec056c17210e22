import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { byDay, countInWords, readHits, type Hit } from "../../src/browser/search-hits.ts";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { isWelcomed, say, shows, suitsEverybody } from "./room-page.ts";

const unlimited = { MESSAGES_PER_SECOND: "0" };

/** Fewer frames than the server takes for a flood. */
const perPerson = 300;

async function fill(server: TestServer, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += perPerson) {
    const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
    const part = texts.slice(from, from + perPerson);
    for (const [at, message] of part.entries()) ana.send({ action: "message", ref: `m${at}`, message });
    for (const message of part) assert.ok(await ana.until("ack"), message);
    await ana.close();
  }
}

/** In a room where this was said before; nothing where there is no browser. */
async function visitRoomOf(t: TestContext, texts: readonly string[]): Promise<Page | undefined> {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  await fill(server, texts);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  return page;
}

/** Waits until the panel's status says so. */
async function says(page: Page, words: string): Promise<void> {
  await page.locator(".panel [role=status]", { hasText: words }).waitFor();
}

const isFocused = (page: Page, selector: string) =>
  page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);

async function openSearch(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await isFocused(page, ".panel input");
}

test("what is typed right after Ctrl+K is searched for, also while the panel is still loading", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, unlimited);
  await fill(server, ["a needle in hay", "hay"]);
  const page = await (await browser.visitor({ serviceWorkers: "block" })).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const { promise: typed, resolve } = Promise.withResolvers<undefined>();
  await page.route("**/search-panel-*.js", async (route) => {
    await typed;
    await route.continue();
  });
  const searches = async () => {
    await page.focus("textarea");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("needle");
    resolve(undefined);
    await page.locator(".hit", { hasText: "a needle in hay" }).waitFor();
    assert.equal(await page.locator(".panel input").inputValue(), "needle");
    assert.equal(await page.locator("textarea").inputValue(), "");
    await page.keyboard.press("Escape");
    await isFocused(page, "textarea");
  };
  await searches();
  // It is here by now, and drawn in the next frame.
  await searches();
});

test("what was said is found, what matched is marked, and a press goes there", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, unlimited);
  await fill(server, ["a needle in <b>hay</b>", ...Array.from({ length: 60 }, (_, at) => `hay ${at}`)]);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.getByRole("button", { name: "Search" }).click();
  await isFocused(page, ".panel input");
  await page.keyboard.type("needle");
  const hit = page.locator(".hit");
  await hit.getByText("Ana").waitFor();
  assert.deepEqual(await page.locator(".panel mark").allTextContents(), ["needle"]);
  assert.equal(await page.locator(".hit-text").textContent(), "a needle in <b>hay</b>");
  await page.getByText("1 found").waitFor();
  await hit.click();
  await page.locator(".row[data-found]", { hasText: "a needle" }).waitFor();
  assert.ok(
    await page.locator(".row[data-found]").evaluate((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const log = row.closest(".log")?.getBoundingClientRect();
      return log !== undefined && top >= log.top && bottom <= log.bottom;
    }),
    "in view",
  );
  assert.deepEqual(visitor.problems, []);
});

test("a message far above is loaded with what is around it, not with all that lies between", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, unlimited);
  await fill(server, ["the needle", ...Array.from({ length: 900 }, (_, at) => `hay ${at}`)]);
  const page = await (
    await browser.visitor({ viewport: { width: 390, height: 700 } })
  ).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await openSearch(page);
  await page.keyboard.type("needle");
  await page.locator(".hit").click();
  await page.locator(".row[data-found]", { hasText: "the needle" }).waitFor();
  await page.locator(".panel").waitFor({ state: "detached" });
  await isFocused(page, ".row[data-found]");
  assert.ok((await page.locator(".row").count()) < 400);
});

test("one's own message is found by the row it was sent in", async (t) => {
  const page = await visitRoomOf(t, []);
  if (page === undefined) return;
  for (const text of ["needle", "hay"]) await say(page, text);
  await shows(page, ["needle", "hay"]);
  await openSearch(page);
  await page.keyboard.type("needle");
  await page.locator(".hit").click();
  await page.locator(".row[data-found]", { hasText: "needle" }).waitFor();
});

test("it opens with Ctrl+K anywhere and with a slash where none is typed; arrows walk over the hits", async (t) => {
  const page = await visitRoomOf(t, ["first hay", "second hay"]);
  if (page === undefined) return;
  await page.keyboard.type("/");
  assert.equal(await page.inputValue("textarea"), "/");
  assert.equal(await page.locator(".panel").count(), 0);
  await page.locator(".log").focus();
  await page.keyboard.press("/");
  await isFocused(page, ".panel input");
  assert.equal(await page.inputValue(".panel input"), "");
  await page.keyboard.press("Escape");
  await isFocused(page, ".log");
  await page.focus("textarea");
  await openSearch(page);
  await page.keyboard.type("hay");
  await page.locator(".hit").nth(1).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await isFocused(page, ".hit:last-of-type");
  await page.keyboard.press("Enter");
  await page.locator(".row[data-found]", { hasText: "first hay" }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await isFocused(page, ".panel input");
  await page.keyboard.press("Escape");
  await isFocused(page, ".row[data-found]");
});

test("nothing found, a search that took too long, and no server are told in words", async (t) => {
  const page = await visitRoomOf(t, ["hay"]);
  if (page === undefined) return;
  await openSearch(page);
  await page.keyboard.type("needle");
  await says(page, "No message has these words.");
  const message = "The search took too long. Try again, or with rarer words.";
  await page.route("**/search?*", (route) => route.fulfill({ status: 503, json: { error: { message } } }));
  await page.getByLabel("Find what was said here").fill("hay");
  await says(page, message);
  await page.unroute("**/search?*");
  await page.route("**/search?*", (route) => route.abort());
  await page.getByRole("button", { name: "Try again" }).click();
  await says(page, "The server can’t be reached.");
  await page.unroute("**/search?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator(".hit").waitFor();
});

test("a search the server has no time for is asked again by itself, and says so meanwhile", async (t) => {
  const page = await visitRoomOf(t, ["hay"]);
  if (page === undefined) return;
  await openSearch(page);
  const refusal = { status: 429, headers: { "Retry-After": "2" }, json: {} };
  await page.route("**/search?*", (route) => route.fulfill(refusal), { times: 1 });
  const asksAgain = says(page, "No answer yet. Asking again…");
  await page.keyboard.type("hay");
  await asksAgain;
  await page.locator(".hit").waitFor();
  assert.equal(await page.locator(".again").count(), 0);
});

test("hits are grouped by day, counted, and read only where they are whole", () => {
  const hit = (seq: number, at: number): Hit => ({ seq, uid: "a", name: "Ana", at, snippet: [] });
  const hits = [hit(3, 20), hit(2, 21), hit(1, 10)];
  const days = byDay(hits, (at) => (at >= 20 ? "Today" : "Yesterday"));
  assert.deepEqual(
    days.map(({ day, hits: found }) => [day, found.map(({ seq }) => seq)]),
    [
      ["Today", [3, 2]],
      ["Yesterday", [1]],
    ],
  );
  assert.equal(countInWords(hits), "3 found");
  assert.equal(countInWords(Array.from({ length: 50 }, () => hit(1, 1))), "The 50 newest");
  assert.deepEqual(readHits({ hits: [...hits, { seq: 1 }, null] }), hits);
  for (const body of [undefined, null, {}, { hits: 1 }]) assert.equal(readHits(body), undefined);
});

test("searching suits everybody, and so does the message gone to", async (t) => {
  const page = await visitRoomOf(t, [`hay ${"needle".repeat(60)}`, "a needle"]);
  if (page === undefined) return;
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 640 });
    await openSearch(page);
    await page.fill(".panel input", "needle");
    await page.locator(".hit").nth(1).waitFor();
    await suitsEverybody(page, `the hits, ${width} px`);
    await page.locator(".hit").first().click();
    await page.locator(".row[data-found]").waitFor();
    await suitsEverybody(page, `the message gone to, ${width} px`);
  }
});
