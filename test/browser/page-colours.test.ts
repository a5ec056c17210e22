/** The page for who needs other colours than its own, or nothing that moves. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { Keyboard } from "./keyboard.ts";
import { isWelcomed, overflowing, say, settled, suitsEverybody, violations } from "./room-page.ts";

/** A room in which much is to be told apart: oneself addressed, a line before what is new, reactions, another room. */
async function busyRoom(t: TestContext) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0" });
  const visitor = await browser.visitor({ viewport: { width: 1440, height: 800 } });
  const other = await visitor.open(`${server.url}/r/other`);
  await isWelcomed(other);
  await other.close();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "mine, with `code`\n```ts\nlet it = be;\n```");
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const name = (await page.locator(".who b").textContent()) ?? "";
  const write = async (message: string, more: object = {}): Promise<number> => {
    ana.send({ action: "message", ref: newKey(), message, ...more });
    return (await ana.until("ack")).seq;
  };
  const seq = await write(`@${name}, look`);
  ana.send({ action: "react", ref: "r1", target: seq, emoji: "🎉", on: true });
  for (let at = 0; at < 40; at += 1) await write(`line ${at}`);
  await write("the last", { reply_to: seq });
  await page.getByText("the last").waitFor();
  await page.locator(".log").evaluate((log) => (log.scrollTop = -10_000));
  await page.locator(".re").click();
  await page.locator(".re.is-mine").waitFor();
  await write("unseen");
  await page.locator(".pill", { hasText: "new" }).waitFor();
  await page.locator(".new").waitFor({ state: "attached" });
  return { page, visitor };
}

async function picture(page: Page, name: string): Promise<void> {
  const { PICTURES } = process.env;
  await settled(page);
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

/** As for everybody; only the contrast is the system's then. */
async function suits(page: Page, state: string): Promise<void> {
  const found = (await violations(page)).filter((each) => !each.startsWith("color-contrast"));
  assert.deepEqual([...found, ...(await overflowing(page))], [], state);
}

/** Which of these are drawn by nothing but their words: no border, no outline, no ground other than the page's. */
async function undrawn(page: Page, selectors: readonly string[]): Promise<string[]> {
  return await page.evaluate((all) => {
    const isDrawn = (selector: string): boolean => {
      const [element = "", pseudo = null] = selector.split(/(?=::)/);
      const found = document.querySelector(element);
      if (found === null) return false;
      const { backgroundColor, outlineStyle, outlineWidth, borderLeftWidth, borderLeftStyle } =
        getComputedStyle(found, pseudo);
      const page = getComputedStyle(document.body).backgroundColor;
      const hasGround = backgroundColor !== page && !/^rgba.*, 0\)$/.test(backgroundColor);
      const hasOutline = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
      return hasGround || hasOutline || (borderLeftStyle !== "none" && parseFloat(borderLeftWidth) > 0);
    };
    return all.filter((selector) => !isDrawn(selector));
  }, selectors);
}

test("with forced colours everything that a ground or a shadow told is still told, and the focus is seen", async (t) => {
  const room = await busyRoom(t);
  if (room === undefined) return;
  const { page, visitor } = room;
  await page.emulateMedia({ forcedColors: "active" });
  await picture(page, "forced-room");
  const told = [
    ".row.is-me::before",
    ".at-me",
    ".new::before",
    ".pill",
    ".re",
    ".re.is-mine",
    ".send",
    ".field",
    ".icon-btn",
    ".qr-tile",
    ".rm.is-here",
    ".text .code",
    ".text code",
    ".quote::before",
  ];
  assert.deepEqual(await undrawn(page, told), []);
  const ring = (selector: string) =>
    page.locator(selector).evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.equal(await ring(".re.is-mine"), "solid", "one's own reaction is not as the others'");
  await page.locator(".own .row").first().hover();
  const ground = await page
    .locator(".own .row")
    .first()
    .evaluate((element) => getComputedStyle(element, "::before").backgroundColor);
  assert.match(ground, /^rgba.*, 0\)$/, "the row under the mouse does not hide whose it is");
  await page.mouse.move(0, 0);
  await suits(page, "forced colours");
  const keys = new Keyboard(page);
  await page.locator("textarea").focus();
  await keys.backTo("row");
  await picture(page, "forced-focus");
  await keys.press("Control+k");
  await keys.isAt("input");
  await keys.type("look");
  await page.locator(".hit").click();
  await page.locator(".row[data-found]").waitFor();
  assert.deepEqual(
    await undrawn(page, [".hit[aria-current=true]", ".row[data-found]", ".find", ".panel", ".find-btn"]),
    [],
  );
  await suits(page, "forced colours, searching");
  await picture(page, "forced-search");
  await keys.press("Escape");
  await page.locator(".panel").waitFor({ state: "detached" });
  await page.setViewportSize({ width: 700, height: 700 });
  await page.locator(".qr-tile").click();
  await page.locator("dialog .qr path").waitFor();
  assert.deepEqual(await undrawn(page, [".share", ".btn.is-primary", ".to-rooms"]), []);
  await suits(page, "forced colours, sharing");
  await picture(page, "forced-share");
  assert.deepEqual(visitor.problems, []);
});

test("more contrast makes every text at least 7, in both themes and every hue of a name, and the ring wider", async (t) => {
  const room = await busyRoom(t);
  if (room === undefined) return;
  const { page } = room;
  await page.evaluate(() => {
    const [by] = document.querySelectorAll(".group:not(.own) .by");
    for (let hue = 0; hue < 12; hue += 1)
      by?.insertAdjacentHTML("beforeend", `<b class="name h${hue}">Ana</b>`);
  });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, contrast: "more" });
    await suitsEverybody(page, `more contrast, ${colorScheme}`);
    await page.emulateMedia({ colorScheme, contrast: "more" });
    assert.deepEqual(await lowContrast(page), [], colorScheme);
    await page.locator(".find-btn").focus();
    await page.keyboard.press("Tab");
    const ring = await page.locator(":focus").evaluate((element) => getComputedStyle(element).boxShadow);
    assert.match(ring, / 5px$/);
    const edge = await page.locator(".pill").evaluate((element) => getComputedStyle(element).boxShadow);
    assert.match(edge, /^oklch\([\d. ]+\) 0px 0px 0px 1px$/, "what lies over the room has an edge");
    await picture(page, `contrast-${colorScheme}`);
  }
});

/** Texts under a contrast of 7, as axe finds them. */
async function lowContrast(page: Page): Promise<string[]> {
  await settled(page);
  return await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ["color-contrast-enhanced"],
    });
    return found.violations.flatMap(({ nodes }) =>
      nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary ?? ""}`),
    );
  });
}

test("who wants nothing to move sees nothing move", async (t) => {
  const room = await busyRoom(t);
  if (room === undefined) return;
  const { page } = room;
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0)
        .map((animation) => ("animationName" in animation ? String(animation.animationName) : "transition")),
    );
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.locator(".emoji-btn").click();
  await page.locator(".picker .cell").first().waitFor();
  assert.deepEqual(await moving(), []);
  await page.keyboard.press("Escape");
  await page.locator(".qr-tile").click();
  await page.locator("dialog .qr path").waitFor();
  assert.deepEqual(await moving(), []);
  await page.keyboard.press("Escape");
  await page.locator(".re").hover();
  await page.locator(".pill").hover();
  await page.locator(".copy").hover();
  assert.deepEqual(await moving(), []);
});
