/** Everything the page can do, by keys alone: every stop shows the focus, and whatever closes gives it back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { Keyboard } from "./keyboard.ts";
import { isWelcomed, shows } from "./room-page.ts";

/** Writes, answers, changes, reacts, deletes. */
async function talks(page: Page, keys: Keyboard): Promise<void> {
  await keys.tabTo("text-btn", "Change your name");
  await keys.press("Enter");
  await keys.isAt("name-in");
  await keys.type("Cleo");
  await keys.press("Enter");
  await page.locator(".who b", { hasText: "Cleo" }).waitFor();
  await keys.isAt("input");
  await keys.type("frist");
  await keys.press("Enter");
  await shows(page, ["hello", "frist"]);
  await keys.press("ArrowUp");
  await page.getByRole("group", { name: "Editing" }).waitFor();
  await keys.press("Control+a");
  await keys.type("first");
  await keys.press("Enter");
  await shows(page, ["hello", "first (edited)"]);
  await keys.isAt("input");

  await keys.backTo("log");
  await keys.press("ArrowUp", "ArrowUp");
  await keys.isAt("row", "hello");
  await keys.press("r");
  await keys.isAt("input");
  await page.getByRole("group", { name: "Replying" }).waitFor();
  await keys.backTo("tool", "Cancel the reply");
  await keys.press("Enter");
  await page.getByRole("group", { name: "Replying" }).waitFor({ state: "detached" });
  await keys.isAt("input");
  await keys.backTo("row", "hello");
  await keys.press("r");
  await keys.isAt("input");
  await keys.type("an answer");
  await keys.press("Enter");
  await page.getByRole("button", { name: "In reply to" }).waitFor();
  await keys.isAt("input");
}

/** From row to row, and what can be done with one. */
async function walks(page: Page, keys: Keyboard): Promise<void> {
  await keys.backTo("row", "hello");
  await keys.press("ArrowDown", "ArrowDown");
  await keys.isAt("row", "an answer");
  await keys.tabTo("quote");
  await keys.press("Enter");
  await keys.isAt("row", "hello");
  await keys.press("e");
  await keys.isAt("tool", "React with 👍");
  await keys.press("Enter");
  await page.getByRole("button", { name: "👍", pressed: true }).waitFor();
  await keys.isAt("row", "hello");
  await keys.tabTo("re");
  await keys.press("Enter");
  await page.locator(".re").waitFor({ state: "detached" });
  await keys.isAt("row", "hello");
  await keys.press("e");
  await keys.tabTo("tool", "More reactions");
  await keys.press("Enter");
  await keys.isAt("input", "Find an emoji");
  await keys.press("Escape");
  await keys.isAt("row", "hello");
  await keys.press("End");
  await keys.isAt("row", "an answer");
  await keys.press("Delete");
  await keys.isAt("text-btn", "Delete");
  await keys.press("Escape");
  await keys.isAt("row", "an answer");
  await keys.press("Escape");
  await keys.isAt("input");
  await keys.backTo("row", "an answer");
  await keys.press("Delete");
  await keys.isAt("text-btn", "Delete");
  await keys.press("Enter");
  await page.getByText("Message deleted").waitFor();
  await keys.isAt("row", "Message deleted");
  await keys.press("Home");
  await keys.isAt("row", "hello");
}

/** Into everything that opens beside and over the room, and back to where one was. */
async function opens(page: Page, keys: Keyboard): Promise<void> {
  const isGone = (selector: string) => page.locator(selector).waitFor({ state: "detached" });
  await keys.press("?");
  await keys.isAt("icon-btn", "Close");
  await keys.press("Escape");
  await keys.isAt("row", "hello");
  await keys.press("Control+k");
  await keys.isAt("input", "Find what was said here");
  await keys.type("first");
  await page.locator(".hit").waitFor();
  await keys.press("ArrowDown");
  await keys.isAt("hit");
  await keys.press("Enter");
  await page.locator(".row[data-found]", { hasText: "first" }).waitFor();
  // Where the panel covers the room it goes by itself, and Escape would be the row's.
  if ((page.viewportSize()?.width ?? 0) > 1_000) await keys.press("Escape");
  await isGone(".panel");
  await keys.isAt("row", "first");
  await keys.backTo("here");
  await keys.press("Enter");
  await keys.isAt("input", "Find someone");
  await keys.press("Escape");
  await keys.isAt("here");
  await keys.tabTo("icon-btn", "Options");
  await keys.press("Enter");
  await keys.isAt("icon-btn", "Close");
  await keys.tabTo("input", "sound");
  await keys.tabTo("do-line", "Keyboard shortcuts");
  await keys.press("Enter");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await keys.isAt("icon-btn", "Close");
  await keys.press("Escape");
  await isGone("dialog");
  await keys.isAt("icon-btn", "Options");
  await keys.press("Enter");
  await keys.isAt("icon-btn", "Close");
  await keys.tabTo("do-line", "Show on a screen");
  await keys.press("Enter");
  await keys.isAt("icon-btn", "Leave");
  await keys.press("Enter");
  await isGone("dialog");
  await keys.isAt("icon-btn", "Options");
  await keys.backTo("qr-tile");
  await keys.press("Enter");
  await keys.isAt("icon-btn", "Close");
  await keys.tabTo("btn", "Copy link");
  await keys.press("Escape");
  await keys.isAt("qr-tile");
}

/** Names, emoji and commands, offered while one writes or picked. */
async function completes(page: Page, keys: Keyboard): Promise<void> {
  await keys.tabTo("input", "Message");
  await keys.type("@An");
  await page.getByRole("option", { name: "Ana", selected: true }).waitFor();
  await keys.press("Tab");
  assert.equal(await page.inputValue("textarea"), "@Ana ");
  await keys.isAt("input", "Message");
  await keys.tabTo("icon-btn", "Emoji");
  await keys.press("Enter");
  await keys.isAt("input", "Find an emoji");
  await keys.press("Escape");
  await keys.isAt("icon-btn", "Emoji");
  await keys.press("Enter");
  await keys.isAt("input", "Find an emoji");
  await keys.type("octopus");
  await page.locator(".cell:first-child[aria-label=octopus]").first().waitFor();
  await keys.press("ArrowDown");
  await keys.isAt("cell", "octopus");
  await keys.press("Enter");
  await keys.isAt("input", "Message");
  assert.equal(await page.inputValue("textarea"), "@Ana 🐙");
  await keys.press("Control+a");
  await keys.type("/help");
  await keys.press("Enter");
  // All of them, where there was the one that was typed; the caret's place in the new text is told a moment later.
  await page.waitForFunction(() => document.querySelector("textarea")?.selectionStart === 1);
  await page.getByRole("option", { name: "/me", selected: true }).waitFor();
  await keys.press("ArrowDown");
  await page.getByRole("option", { name: "/shrug", selected: true }).waitFor();
  await keys.press("ArrowDown");
  await page.getByRole("option", { name: "/name", selected: true }).waitFor();
  await keys.press("Enter");
  await keys.isAt("input", "Message");
  assert.equal(await page.inputValue("textarea"), "/name ");
}

for (const width of [1440, 390]) {
  test(`everything is done by keyboard alone, and the focus is seen and never lost (${width} px)`, async (t) => {
    const browser = await TestBrowser.launch(t);
    if (browser === undefined) return;
    const server = await startServer(t);
    const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
    ana.send({ action: "message", ref: "m1", message: "hello" });
    await ana.until("ack");
    const visitor = await browser.visitor({
      viewport: { width, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await visitor.open(`${server.url}/r/standup`);
    await isWelcomed(page);
    await shows(page, ["hello"]);
    const keys = new Keyboard(page);
    await keys.isAt("input", "Message");
    await talks(page, keys);
    await walks(page, keys);
    await opens(page, keys);
    await completes(page, keys);
    assert.deepEqual(visitor.problems, []);
  });
}
