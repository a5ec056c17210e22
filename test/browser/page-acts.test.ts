import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say, settled, shows, suitsEverybody, violations } from "./room-page.ts";

/** Two people in one room; she has said "hers", he has said "his". */
async function twoTalking(t: TestContext, options: BrowserContextOptions = {}) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t);
  const [ana, bo] = [await browser.visitor(options), await browser.visitor()];
  const [hers, his] = [await ana.open(`${server.url}/r/standup`), await bo.open(`${server.url}/r/standup`)];
  await Promise.all([isWelcomed(hers), isWelcomed(his)]);
  await hers.fill("textarea", "hers");
  await hers.getByRole("button", { name: "Send" }).click();
  await shows(his, ["hers"]);
  await say(his, "his");
  for (const page of [hers, his]) await shows(page, ["hers", "his"]);
  const problems = () => [...ana.problems, ...bo.problems];
  return { hers, his, server, problems };
}

const row = (page: Page, text: string) => page.locator(".row", { hasText: text });
const tool = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("a reaction is given from the row's tools, and given or taken back by a press on it", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, his } = room;
  await row(hers, "his").hover();
  await tool(hers, "React").click();
  await tool(hers, "React with 👍").click();
  const pill = (page: Page, isMine: boolean) =>
    row(page, "his").getByRole("button", { name: "👍", pressed: isMine });
  await pill(hers, true).waitFor();
  await pill(his, false).click();
  await row(hers, "his").getByText("2", { exact: true }).waitFor();
  await pill(his, true).click();
  await pill(hers, true).click();
  for (const page of [hers, his]) await page.locator(".re").waitFor({ state: "detached" });
  assert.deepEqual(room.problems(), []);
});

test("by keyboard alone: up to a row, into its tools, deleted after one question, and the focus stays", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, his } = room;
  await hers.locator(".log").focus();
  for (const key of ["ArrowUp", "ArrowUp"]) await hers.keyboard.press(key);
  assert.match((await hers.locator(".row:focus").textContent()) ?? "", /hers/);
  await tool(hers, "React").waitFor();
  for (const key of ["Tab", "Tab", "Tab", "Tab", "Tab", "Enter"]) await hers.keyboard.press(key);
  await hers.getByText("Delete it for everybody?").waitFor();
  await hers.keyboard.press("Escape");
  await tool(hers, "React").waitFor();
  await tool(hers, "Delete").press("Enter");
  await hers.getByText("Delete it for everybody?").waitFor();
  await hers.keyboard.press("Enter");
  for (const page of [hers, his]) await page.getByText("Message deleted").waitFor();
  assert.match((await hers.locator(".row:focus").textContent()) ?? "", /Message deleted/);
  await hers.keyboard.press("ArrowDown");
  await tool(hers, "React").waitFor();
  assert.equal(await tool(hers, "Delete").count(), 0, "what others said is not hers to delete");
});

test("by touch a long press opens a sheet with what can be done", async (t) => {
  const room = await twoTalking(t, { hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  const { hers, his } = room;
  const press = (text: string) => row(hers, text).dispatchEvent("pointerdown", { pointerType: "touch" });
  await press("his");
  await hers.getByRole("dialog").waitFor();
  assert.deepEqual(await overflowing(hers), []);
  assert.equal(await tool(hers, "Delete").count(), 0);
  await tool(hers, "React with 🎉").tap();
  await his.getByRole("button", { name: "🎉" }).waitFor();
  await hers.getByRole("dialog").waitFor({ state: "detached" });
  await press("hers");
  await tool(hers, "Delete").tap();
  await hers.getByText("Delete it for everybody?").waitFor();
  assert.equal(
    await hers.locator(".sheet-of").textContent(),
    `${await hers.locator(".who b").textContent()}hers`,
  );
  assert.equal(await hers.locator('.sheet-of bdi[translate="no"]').count(), 1, "a name is not translated");
  for (const name of ["Delete", "Keep"]) {
    const { width = 0, height = 0 } = (await tool(hers, name).boundingBox()) ?? {};
    assert.ok(width >= 120 && height >= 44, `${name} is ${width} by ${height}`);
  }
  await tool(hers, "Delete").tap();
  await his.getByText("Message deleted").waitFor();
});

test("by touch the quote of an answer and what gives up answering are as large as a finger", async (t) => {
  const room = await twoTalking(t, { hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  const { hers } = room;
  const isFingerHigh = (selector: string): Promise<boolean> =>
    hers.locator(selector).evaluate((element) => {
      const { left, width, top, height } = element.getBoundingClientRect();
      return [-21, 0, 21].every((from) => {
        const hit = document.elementFromPoint(left + width / 2, top + height / 2 + from);
        return hit !== null && element.contains(hit);
      });
    });
  await row(hers, "his").tap();
  await tool(hers, "What to do with it").tap();
  await tool(hers, "Reply").tap();
  await hers.locator(".composing").waitFor();
  assert.ok(await isFingerHigh(".composing .tool"), "to give it up");
  await hers.fill("textarea", "an answer");
  await hers.locator(".send").tap();
  await hers.locator(".quote").waitFor();
  assert.ok(await isFingerHigh(".quote"), "to go to what is answered");
});

test("by touch a tap on a row shows a button for what can be done, until one taps elsewhere", async (t) => {
  const room = await twoTalking(t, { hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  const { hers, his } = room;
  const more = tool(hers, "What to do with it");
  await row(hers, "his").tap();
  await more.waitFor();
  const { width = 0, height = 0 } = (await more.boundingBox()) ?? {};
  assert.ok(width >= 44 && height >= 44);
  assert.deepEqual(await overflowing(hers), []);
  await row(hers, "hers").tap();
  await row(hers, "hers").getByRole("button", { name: "What to do with it" }).waitFor();
  assert.equal(await more.count(), 1, "one row at a time");
  await suitsEverybody(hers, "a tapped row");
  await more.tap();
  await hers.getByRole("dialog").waitFor();
  await tool(hers, "React with 🎉").tap();
  await his.getByRole("button", { name: "🎉" }).waitFor();
  await hers.getByRole("dialog").waitFor({ state: "detached" });
  await hers.locator("textarea").tap();
  await more.waitFor({ state: "detached" });
  // A finger that scrolls taps nothing.
  for (const type of ["pointerdown", "pointercancel", "pointerup"]) {
    await row(hers, "his").dispatchEvent(type, { pointerType: "touch" });
  }
  await settled(hers);
  assert.equal(await more.count(), 0);
  assert.deepEqual(room.problems(), []);
});

test("Up in an empty composer changes what one said last; Esc leaves it, Enter saves it", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, his } = room;
  await hers.focus("textarea");
  await hers.keyboard.press("ArrowUp");
  await hers.getByText("Editing").waitFor();
  assert.equal(await hers.inputValue("textarea"), "hers");
  await hers.keyboard.press("Escape");
  await hers.getByText("Editing").waitFor({ state: "detached" });
  assert.equal(await hers.inputValue("textarea"), "");
  await hers.keyboard.type("half a thought");
  await row(hers, "hers").hover();
  await tool(hers, "Edit").click();
  await hers.fill("textarea", "all hers");
  await hers.keyboard.press("Enter");
  for (const page of [hers, his]) await shows(page, ["all hers (edited)", "his"]);
  assert.equal(await hers.inputValue("textarea"), "half a thought", "what was set aside is back");
  assert.deepEqual(room.problems(), []);
});

test("a message all of whose words are taken out goes once one says so; else it stays as it was", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, his } = room;
  const question = hers.getByRole("group", { name: "Delete it for everybody?" });
  const empty = async () => {
    await hers.focus("textarea");
    await hers.keyboard.press("ArrowUp");
    await hers.getByText("Editing").waitFor();
    await hers.fill("textarea", " ");
    await hers.keyboard.down("Enter");
    await question.getByRole("button", { name: "Delete" }).and(hers.locator(":focus")).waitFor();
    // Held, the key that asked is no answer.
    await hers.keyboard.down("Enter");
    await hers.keyboard.up("Enter");
    await question.waitFor();
  };
  const isBack = () => hers.waitForFunction(() => document.activeElement?.matches("textarea") === true);
  await empty();
  await hers.setViewportSize({ width: 320, height: 640 });
  assert.deepEqual([...(await violations(hers)), ...(await overflowing(hers))], []);
  await hers.keyboard.press("Escape");
  await isBack();
  assert.equal(await hers.locator(".composing").count(), 0);
  await empty();
  await hers.focus("textarea");
  await hers.keyboard.type("w");
  await hers.getByText("Editing").waitFor();
  await hers.fill("textarea", "");
  await hers.getByRole("button", { name: "Send" }).click();
  await question.getByRole("button", { name: "Keep" }).click();
  await isBack();
  await shows(hers, ["hers", "his"]);
  await empty();
  await hers.keyboard.press("Enter");
  await his.getByText("Message deleted").waitFor();
  await isBack();
  assert.equal(await hers.inputValue("textarea"), "");
  assert.deepEqual(room.problems(), []);
});

test("what is typed before the page has drawn the words that are changed is added to them", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers } = room;
  await hers.locator("textarea").evaluate((field: HTMLTextAreaElement) => {
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    field.value += "!";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await hers.getByRole("group", { name: "Editing" }).waitFor();
  assert.equal(await hers.inputValue("textarea"), "hers!");
  await hers.keyboard.press("Escape");
  await hers.getByRole("group", { name: "Editing" }).waitFor({ state: "detached" });
  assert.equal(await hers.inputValue("textarea"), "");
});

test("a reply shows what it answers; a press goes there, also when it was deleted since", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, his } = room;
  await row(his, "hers").hover();
  await tool(his, "Reply").click();
  await his.getByRole("group", { name: "Replying" }).getByText("hers").waitFor();
  await his.keyboard.press("Escape");
  await his.getByRole("group", { name: "Replying" }).waitFor({ state: "detached" });
  await row(his, "hers").hover();
  await tool(his, "Reply").click();
  await his.locator("textarea:focus").waitFor();
  await his.keyboard.type("an answer");
  await his.keyboard.press("Enter");
  await his.getByRole("group", { name: "Replying" }).waitFor({ state: "detached" });
  const quote = hers.getByRole("button", { name: "In reply to" });
  await quote.getByText("hers").waitFor();
  await quote.click();
  await hers.locator(".row[data-found]", { hasText: "hers" }).waitFor();
  await row(hers, "hers").first().hover();
  await tool(hers, "Delete").click();
  await tool(hers, "Delete").click();
  for (const page of [hers, his]) {
    await page.getByRole("button", { name: "In reply to" }).getByText("Message deleted").waitFor();
  }
  assert.deepEqual(room.problems(), []);
});

test("a reply to a message that is not loaded loads the log back to it", async (t) => {
  const room = await twoTalking(t);
  if (room === undefined) return;
  const { hers, server } = room;
  await row(hers, "his").hover();
  await tool(hers, "Reply").click();
  await hers.locator("textarea:focus").waitFor();
  await hers.keyboard.type("late answer");
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Cy" });
  for (let count = 0; count < 160; count += 1) {
    ana.send({ action: "message", ref: `m${count}`, message: `line ${count}` });
    await ana.until("ack");
  }
  await hers.press("textarea", "Enter");
  await row(hers, "late answer").waitFor();
  await hers.reload();
  const quote = hers.getByRole("button", { name: "In reply to" });
  await quote.getByText("An earlier message").waitFor();
  await quote.click();
  await hers.locator(".row[data-found]", { hasText: "his" }).waitFor();
});

test("the tools, their questions and reactions suit everybody", async (t) => {
  const room = await twoTalking(t, { viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  const { hers } = room;
  await row(hers, "hers").hover();
  await suitsEverybody(hers, "the tools");
  await tool(hers, "React").click();
  await suitsEverybody(hers, "the emoji");
  await tool(hers, "React with ❤️").click();
  await hers.locator(".re.is-mine").waitFor();
  await row(hers, "hers").hover();
  await tool(hers, "Delete").click();
  await suitsEverybody(hers, "the question");
  await tool(hers, "Keep").click();
  await row(hers, "his").hover();
  await tool(hers, "Reply").click();
  await suitsEverybody(hers, "the reply");
  await hers.keyboard.type("an answer");
  await hers.keyboard.press("Enter");
  await hers.getByRole("button", { name: "In reply to" }).waitFor();
  await suitsEverybody(hers, "what it answers");
});
