/** What people do without thinking of it, in any page they write in. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing } from "./room-page.ts";
import type { BrowserContextOptions } from "playwright-core";

/** A room in which Ana has said so many things. */
async function room(t: TestContext, count: number, options: BrowserContextOptions = {}) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  for (let at = 1; at <= count; at += 1) {
    ana.send({ action: "message", ref: `m${at}`, message: `message ${at}` });
    await ana.until("ack");
  }
  const page = await (await browser.visitor(options)).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  return { page, field: page.locator("textarea") };
}

test("undo takes back an emoji that was picked or completed, and leaves what was typed", async (t) => {
  const { page, field } = (await room(t, 0)) ?? {};
  if (page === undefined || field === undefined) return;
  await field.pressSequentially("so ");
  await page.locator(".emoji-btn").click();
  await page.locator(".picker .cell").first().click();
  await page.locator(".picker").waitFor({ state: "detached" });
  assert.match(await field.inputValue(), /^so ./u);
  await field.press("Control+z");
  assert.equal(await field.inputValue(), "so ");
  await field.pressSequentially(":smil");
  await page.getByRole("option").first().waitFor();
  await field.press("Enter");
  assert.doesNotMatch(await field.inputValue(), /:/);
  await field.press("Control+z");
  assert.equal(await field.inputValue(), "so :smil");
  await field.pressSequentially("ing");
  assert.equal(await field.inputValue(), "so :smiling", "one writes on behind it");
  await field.fill("");
  await field.pressSequentially(":smile:");
  assert.doesNotMatch(await field.inputValue(), /:/);
  await field.press("Control+z");
  await field.pressSequentially(" as it is");
  assert.equal(await field.inputValue(), ":smile: as it is");
});

test("what is typed or pasted with the focus nowhere goes into the message, and a file let fall opens nothing", async (t) => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, field } = (await room(t, 1, { permissions })) ?? {};
  if (page === undefined || field === undefined) return;
  const leave = () => field.evaluate((element: HTMLElement) => element.blur());
  await leave();
  await page.keyboard.type("hi ");
  await page.evaluate(() => navigator.clipboard.writeText("there"));
  await leave();
  await page.keyboard.press("Control+v");
  await page.waitForFunction(() => document.querySelector("textarea")?.value === "hi there");
  const isLeftAlone = await page.locator(".log").evaluate((log) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], "x.txt"));
    const fall = (type: string) =>
      log.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    return fall("dragover") || fall("drop");
  });
  assert.equal(isLeftAlone, false);
});

test("a click in the log, and one goes on writing: what is typed is no shortcut of what was clicked", async (t) => {
  const { page, field } = (await room(t, 3)) ?? {};
  if (page === undefined || field === undefined) return;
  const log = page.locator(".log");
  const places = [page.locator(".row .text").nth(1), log];
  for (const place of places) {
    await place.click({ position: { x: 10, y: 10 } });
    await page.keyboard.type("relent");
    assert.equal(await field.inputValue(), "relent");
    assert.equal(await page.locator(".composing").count(), 0, "nothing is answered");
    await field.fill("");
  }
});

test("a letter counts for the row one has just come to, however soon it is pressed", async (t) => {
  const { page, field } = (await room(t, 3)) ?? {};
  if (page === undefined || field === undefined) return;
  // From the keyboard, for the browser: only then is the focus in a row to be seen.
  await field.press("Home");
  const reached = await page.evaluate(async () => {
    const press = async (key: string) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
      await Promise.resolve();
    };
    document.querySelector<HTMLElement>(".row")?.focus();
    await press("ArrowDown");
    await press("e");
    return document.activeElement?.getAttribute("aria-label");
  });
  assert.equal(reached, "React with 👍");
});

test("Page Up and Page Down turn the log's pages from an empty composer, and move within what is written", async (t) => {
  const { page, field } = (await room(t, 70)) ?? {};
  if (page === undefined || field === undefined) return;
  await page.getByText("message 70", { exact: true }).waitFor();
  const fromEnd = () => page.locator(".log").evaluate(({ scrollTop }) => Math.abs(scrollTop));
  await field.press("PageUp");
  const { height = NaN } = (await page.locator(".log").boundingBox()) ?? {};
  assert.ok(Math.abs((await fromEnd()) - height * 0.875) < 2, `${await fromEnd()} of ${height} px`);
  await field.press("PageDown");
  assert.equal(await fromEnd(), 0);
  await field.fill("words");
  await field.press("PageUp");
  assert.equal(await fromEnd(), 0);
});

test("I8 two windows of one person: what is half written in one outlives a reload there, whatever the other sends", async (t) => {
  const { page, field } = (await room(t, 0)) ?? {};
  if (page === undefined || field === undefined) return;
  const other = await page.context().newPage();
  await other.goto(page.url());
  await isWelcomed(other);
  await field.fill("a thought");
  await other.fill("textarea", "another");
  await other.press("textarea", "Enter");
  await page.getByText("another", { exact: true }).waitFor();
  assert.equal(await field.inputValue(), "a thought");
  await page.reload();
  await isWelcomed(page);
  assert.equal(await field.inputValue(), "a thought");
});

test("Escape on a button beside the composer goes back to writing, and from there out of an answer", async (t) => {
  const { page, field } = (await room(t, 1)) ?? {};
  if (page === undefined || field === undefined) return;
  await page.locator(".row").hover();
  await page.getByRole("button", { name: "Reply" }).click();
  await page.locator(".composing").waitFor();
  await page.locator(".emoji-btn").click();
  await page.locator(".picker .cell").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".picker").waitFor({ state: "detached" });
  await page.locator(".emoji-btn").focus();
  await page.keyboard.press("Escape");
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  assert.equal(await page.locator(".composing").count(), 1);
  await page.keyboard.press("Escape");
  await page.locator(".composing").waitFor({ state: "detached" });
});

test("a file that is pasted is refused in words; text that comes with a picture is text", async (t) => {
  const { page, field } = (await room(t, 0)) ?? {};
  if (page === undefined || field === undefined) return;
  const paste = (text: string) =>
    field.evaluate((element, words) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "x.png", { type: "image/png" }));
      if (words !== "") clipboardData.setData("text/plain", words);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, text);
  await paste("a table");
  const refusal = page.getByText("Files can’t be sent here.");
  assert.equal(await refusal.count(), 0);
  await paste("");
  await refusal.waitFor();
});

test("a translating browser leaves names, rooms and code as they are", async (t) => {
  const { page } = (await room(t, 1)) ?? {};
  if (page === undefined) return;
  for (const part of [".by .name", ".who bdi", ".head .slug"]) {
    assert.equal(await page.locator(`${part}[translate="no"]`).count(), 1, part);
  }
  assert.equal(await page.locator('.row .text [translate="no"], [translate="no"] .text').count(), 0);
});

test("printed, the room is everything that is here, not one window of it", async (t) => {
  const { page } = (await room(t, 70)) ?? {};
  if (page === undefined) return;
  await page.getByText("message 70", { exact: true }).waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".dock").isVisible(), false);
  assert.deepEqual(await overflowing(page), []);
  const { first, whole } = await page.evaluate(() => ({
    first: document.querySelector(".row")?.getBoundingClientRect().top ?? NaN,
    whole: document.documentElement.scrollHeight > 2 * innerHeight,
  }));
  assert.ok(first >= 0 && whole, "it begins on the first sheet, and needs more than one");
});

test("whatever a finger presses is 44 px high and wide", async (t) => {
  const options = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 700 } };
  const { page } = (await room(t, 0, options)) ?? {};
  if (page === undefined) return;
  const small = await page
    .locator(":is(.head, .dock) :is(button, a)")
    .evaluateAll((all: readonly Element[]) =>
      all
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 0)
        .filter((each) => {
          const { width, height } = each.getBoundingClientRect();
          const { content, top, left } = getComputedStyle(each, "::after");
          const [above, beside] = content === "none" ? [0, 0] : [parseFloat(top), parseFloat(left)];
          return height - 2 * above < 44 || width - 2 * beside < 44;
        })
        .map((each) => each.getAttribute("class")),
    );
  assert.deepEqual(small, []);
});
