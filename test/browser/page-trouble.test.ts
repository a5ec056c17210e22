/** What goes wrong between a room and its server: the line under the composer says it, and how one goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, reconnects, say, shows, suitsEverybody } from "./room-page.ts";

const narrow = { viewport: { width: 320, height: 640 } };

/** What is said under the composer, and cannot be read whole, or not apart from the composer. */
async function cutOff(page: Page): Promise<string[]> {
  return await page.locator(".under :is(.state span, .counter, .try-now button)").evaluateAll((all) => {
    const below = document.querySelector(".field")?.getBoundingClientRect().bottom ?? 0;
    const isCut = (each: Element) => {
      const { top, bottom, width } = each.getBoundingClientRect();
      if (width === 0) return false;
      const isClipped = each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
      return (each.clientWidth > 0 && isClipped) || top < below || bottom > innerHeight;
    };
    return all.filter(isCut).map((each) => each.textContent);
  });
}

async function suitsAtEveryWidth(page: Page, state: string): Promise<void> {
  for (const width of [1440, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 640 });
    assert.deepEqual(await overflowing(page), [], `${state}, ${width} px`);
    const line = await page.locator(".under").evaluate(({ clientHeight }) => clientHeight);
    assert.equal(line, 24, `${state} moves nothing, ${width} px`);
    assert.deepEqual(await cutOff(page), [], `${state}, ${width} px`);
  }
  await suitsEverybody(page, state);
}

test("a server that is full says so and when the page tries again; Try now does at once", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MAX_CONNECTIONS: "1" });
  const ana = await connect(server.socket("standup"), { key: newKey() });
  const page = await (await browser.visitor()).open("about:blank");
  // The longest pauses there may be.
  await page.addInitScript(() => (Math.random = () => 0.999));
  await page.goto(`${server.url}/r/standup`);
  await page.getByRole("status").getByText("The server is full…").waitFor();
  await page.getByText(/^in [3-9] s$/).waitFor();
  await suitsAtEveryWidth(page, "full");
  // Refused once more, it makes a pause nobody waits for, however slow the machine: it comes back by the press alone.
  await page.evaluate(() => {
    Math.random = () => 100;
    dispatchEvent(new Event("online"));
  });
  await page.getByText(/^in \d{2,} s$/).waitFor({ state: "attached" });
  await ana.close();
  const [socket] = await Promise.all([
    page.waitForEvent("websocket"),
    page.getByRole("button", { name: "Try now" }).click(),
  ]);
  assert.equal(new URL(socket.url()).pathname, "/r/standup");
  await isWelcomed(page);
  await page.locator(".try-now").waitFor({ state: "detached" });
  await say(page, "in");
  await shows(page, ["in"]);
});

test("a server that restarts, and a machine that is offline, say so and what waits to go out", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor(narrow)).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  // As a server answers that begins to go, or is not ready yet.
  await page.route("**/health", (route) => route.fulfill({ status: 503 }));
  await server.stop();
  await page.getByRole("status").getByText("Server restarting…").waitFor();
  await say(page, "one");
  await page.getByText("Server restarting… · queued (1)").waitFor();
  await suitsAtEveryWidth(page, "restarting");
  await page.context().setOffline(true);
  await say(page, "two");
  await page.getByText("Offline · queued (2)").waitFor();
  assert.equal(await page.getByRole("button", { name: "Try now" }).count(), 0, "there is nothing to try");
  await suitsAtEveryWidth(page, "offline");
  await startServer(t, { DATA_DIR: server.dataDir, PORT: new URL(server.url).port });
  await page.context().setOffline(false);
  await reconnects(page);
  await shows(page, ["one", "two"]);
});

test("who writes faster than the server takes it sees when it goes on; the words wait, and go out by themselves", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "1" });
  const page = await (await browser.visitor(narrow)).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const texts = ["1", "2", "3", "4", "5", "6"];
  for (const text of texts) await say(page, text);
  const ring = page.locator(".send.is-slow");
  await ring.waitFor();
  assert.match((await ring.getAttribute("aria-label")) ?? "", /^Send: goes on in \d s$/);
  await page.locator(".is-pending").first().waitFor();
  await suitsEverybody(page, "slow mode");
  await shows(page, texts);
  await ring.waitFor({ state: "detached" });
});

test("a message that fails, a name that is taken, and a server that lets one in no more suit everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "300" });
  await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const page = await (await browser.visitor(narrow)).open("about:blank");
  let endIt = (): unknown => undefined;
  // As if the limit had been another when the page was welcomed.
  await page.routeWebSocket(/\/r\/standup$/, (ours) => {
    const theirs = ours.connectToServer();
    theirs.onMessage((frame) =>
      ours.send(String(frame).replace('"max_message_chars":300', '"max_message_chars":400')),
    );
    endIt = () => ours.close({ code: 4500, reason: "malformed key" });
  });
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "x".repeat(350));
  await page.locator(".fail", { hasText: "Not sent. 350 characters; at most 300." }).waitFor();
  await suitsAtEveryWidth(page, "a message that failed");
  await page.getByRole("button", { name: "Retry" }).click();
  await page.locator(".fail").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.locator(".row").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Change your name" }).click();
  await page.getByLabel("Your name, for all rooms").fill("ana");
  await page.keyboard.press("Enter");
  await page.getByText("Taken here").waitFor();
  await suitsAtEveryWidth(page, "a name that is taken");
  await page.keyboard.press("Escape");
  endIt();
  await page.getByText("Not connected: malformed key. Reload to try again.").waitFor();
  await suitsAtEveryWidth(page, "not connected");
  await page.fill("textarea", "x".repeat(420));
  await suitsAtEveryWidth(page, "not connected, with too much to say");
});
