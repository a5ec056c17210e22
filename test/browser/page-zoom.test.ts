/** The page at 400 % of a window of 1280 by 1024, on the smallest phones, and with larger text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say } from "./room-page.ts";

/** Of 1280 by 1024 at 400 %, and of a small phone. */
const heights = [256, 568];

/** How much of an element can be seen: what the window, or a scroller around it, does not cut off. */
async function seen(page: Page, selector: string): Promise<{ readonly share: number }> {
  return await page
    .locator(selector)
    .last()
    .evaluate((element) => {
      const { top, bottom, left } = element.getBoundingClientRect();
      let [from, to] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
      for (let above = element.parentElement; above !== null; above = above.parentElement) {
        if (getComputedStyle(above).overflowY === "visible") continue;
        const box = above.getBoundingClientRect();
        [from, to] = [Math.max(from, box.top), Math.min(to, box.bottom)];
      }
      const isOnTop = document
        .elementFromPoint(left + 4, (from + to) / 2)
        ?.closest("dialog, .panel, .menu, .app");
      const height = isOnTop?.contains(element) === true ? Math.max(0, to - from) : 0;
      return { share: height / (bottom - top) };
    });
}

/** Nothing sticks out, and each of these can be brought into view whole. */
async function reaches(page: Page, state: string, selectors: readonly string[]): Promise<void> {
  for (const height of heights) {
    await page.setViewportSize({ width: 320, height });
    assert.deepEqual(await overflowing(page), [], `${state}, ${height} px`);
    const { PICTURES } = process.env;
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/zoom-${height}-${state}.png` });
    for (const selector of selectors) {
      await page
        .locator(selector)
        .last()
        .evaluate((element) => element.scrollIntoView({ block: "nearest" }));
      const { share } = await seen(page, selector);
      assert.ok(share > 0.95, `${state}, ${height} px: ${selector} is seen to ${Math.round(share * 100)} %`);
    }
  }
}

test(`everything is within reach in windows of 320 by ${heights.join(" and ")}`, async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const visitor = await browser.visitor({ viewport: { width: 320, height: 568 } });
  const other = await visitor.open(`${server.url}/r/other`);
  await isWelcomed(other);
  await other.close();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await reaches(page, "empty", ["textarea", ".send", ".lead", ".acts .icon-btn"]);
  for (let at = 0; at < 12; at += 1) {
    ana.send({ action: "message", ref: `m${at}`, message: `line ${at}` });
    await ana.until("ack");
  }
  await say(page, "the last");
  await page.locator(".own .row:not(.is-pending)").waitFor();
  await reaches(page, "room", [".row", "textarea", ".send", ".who .text-btn", ".row .text"]);
  await page.fill("textarea", Array.from({ length: 12 }, (_, at) => `line ${at}`).join("\n"));
  await reaches(page, "long", ["textarea", ".send", ".own .row"]);
  await page.fill("textarea", "");
  await page.locator("textarea").pressSequentially("/");
  await page.locator(".opt").first().waitFor();
  await reaches(page, "offered", [".opt:first-child", ".opt:last-child", "textarea"]);
  await page.fill("textarea", "");
  await page.locator(".emoji-btn").click();
  await page.locator(".picker .cell").first().waitFor();
  await reaches(page, "emoji", [".picker .find", ".picker section:first-child .cell", ".picker .hint .tool"]);
  await page.keyboard.press("Escape");
  await page.locator(".picker").waitFor({ state: "detached" });
  await page.locator(".here").click();
  await page.locator(".person").first().waitFor();
  await reaches(page, "people", [".panel .find", ".panel .icon-btn", ".person"]);
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.locator(".panel input:focus").waitFor();
  await page.keyboard.type("line");
  await page.locator(".hit").nth(4).waitFor();
  await reaches(page, "search", [".panel .find", ".hit"]);
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "detached" });
  const dialogs = [
    {
      state: "share",
      opener: ".acts .icon-btn >> nth=-1 | .do-line >> nth=0",
      ends: [".share .icon-btn", ".share-acts .btn", ".share-who"],
    },
    { state: "options", opener: ".acts .icon-btn >> nth=-1", ends: [".share .icon-btn", ".do-line"] },
    { state: "keys", opener: ".acts .icon-btn >> nth=-1 | [aria-keyshortcuts='?']", ends: [".keys dd"] },
    { state: "rooms", opener: ".to-rooms", ends: [".drawer .brand", ".drawer li", ".drawer .go-in"] },
  ];
  for (const { state, opener, ends } of dialogs) {
    for (const each of opener.split(" | ")) await page.locator(each).click();
    await page
      .locator(`dialog[open] ${ends.at(-1) ?? ""}`.replace(".drawer ", ""))
      .last()
      .waitFor();
    await reaches(page, state, ends);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  await page.locator(".acts .icon-btn").last().click();
  await page.getByRole("button", { name: "Show on a screen" }).click();
  await page.locator(".projector .qr path").waitFor();
  await reaches(page, "projector", [".leave", ".projector .big", ".pm:first-child .text"]);
  const [leave, wall] = [page.locator(".leave"), page.locator(".wall")];
  const ink = (part: typeof leave) => part.evaluate((element) => getComputedStyle(element).color);
  assert.equal(await ink(leave), await ink(wall), "what lies over the wall is drawn in its ink");
  assert.deepEqual(visitor.problems, []);
});

test("text twice as large, as a browser can be told to set it, has lines and places as large", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const visitor = await browser.visitor({ viewport: { width: 1280, height: 800 } });
  await isWelcomed(await visitor.open(`${server.url}/r/other`));
  ana.send({ action: "message", ref: "m1", message: "a question\n```js\nconst code = 1;\n```" });
  const { seq } = await ana.until("ack");
  ana.send({ action: "react", ref: "e1", target: seq, emoji: "👍", on: true });
  ana.send({ action: "message", ref: "m2", message: "an answer", reply_to: seq });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.locator(".quote").waitFor();
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await page.keyboard.press("Control+k");
  await page.locator(".panel .find input").waitFor();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await overflowing(page), [], `${width} px`);
    const tight = await page.locator("body *:not(.sr)").evaluateAll((elements) => {
      const holdsText = ({ childNodes }: Element) =>
        [...childNodes].some((each) => each instanceof Text && each.data.trim() !== "");
      const isTight = (element: Element) => {
        const { lineHeight, fontSize } = getComputedStyle(element);
        return holdsText(element) && parseFloat(lineHeight) < 1.1 * parseFloat(fontSize);
      };
      const isFull = (element: Element) =>
        element.matches(".head-in, .panel-head, .field, .under, .re, .rm, .btn, .go-in") &&
        element.scrollHeight > element.clientHeight + 2;
      return elements
        .filter((element) => element.checkVisibility() && (isTight(element) || isFull(element)))
        .map((element) => `${element.tagName}.${element.getAttribute("class") ?? ""}`);
    });
    assert.deepEqual(tight, [], `${width} px`);
  }
});
