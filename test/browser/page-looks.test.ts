/** Where things stand: on the page's two axes, whole where they must not be cut, and large enough for a finger. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say, shows, suitsEverybody } from "./room-page.ts";

/** Their window of a room, and Ana's client in it. */
async function windowOf(t: TestContext, room: string, options: BrowserContextOptions = {}) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0" });
  const ana = await connect(server.socket(room), { key: newKey(), name: "Ana" });
  const visitor = await browser.visitor(options);
  const enter = async (name: string, hash = ""): Promise<Page> => {
    const page = await visitor.open(`${server.url}/r/${name}${hash}`);
    await isWelcomed(page);
    return page;
  };
  const write = async (message: string): Promise<number> => {
    ana.send({ action: "message", ref: newKey(), message });
    return (await ana.until("ack")).seq;
  };
  const react = async (target: number, emoji: string): Promise<void> => {
    ana.send({ action: "react", ref: newKey(), target, emoji, on: true });
    await ana.until("ack");
  };
  return { enter, write, react };
}

const box = (part: Locator) => part.evaluate((each) => each.getBoundingClientRect().toJSON() as DOMRect);
const middle = ({ left, width }: DOMRect): number => left + width / 2;

test("in the smallest window the room's name is whole, with other rooms too, and the options share it", async (t) => {
  const room = await windowOf(t, "team-offsite", { viewport: { width: 320, height: 568 } });
  if (room === undefined) return;
  await (await room.enter("other")).close();
  const page = await room.enter("team-offsite");
  await page.locator(".to-rooms").waitFor();
  const cut = await page.locator(".slug").evaluate((name) => name.scrollWidth - name.clientWidth);
  assert.ok(cut <= 0, `${cut} px of the name are cut`);
  await page.getByRole("button", { name: "Options of this room" }).click();
  await page.getByRole("button", { name: "Share this room" }).click();
  await page.getByRole("dialog", { name: "Share this room" }).locator(".qr path").waitFor();
});

test("one's own picture stands beside what one types, on the axis of the rows' pictures, and below as the button does", async (t) => {
  const room = await windowOf(t, "standup");
  if (room === undefined) return;
  const page = await room.enter("standup");
  await say(page, "hello");
  await shows(page, ["hello"]);
  for (const width of [1440, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    for (const text of ["", "one\ntwo\nthree"]) {
      await page.fill("textarea", text);
      const [mine, row] = [await box(page.locator(".field .av")), await box(page.locator(".gut .av"))];
      assert.ok(Math.abs(middle(mine) - middle(row)) < 0.6, `${width} px: ${middle(mine)}, ${middle(row)}`);
      const send = await box(page.locator(".send"));
      assert.ok(Math.abs(mine.top + mine.bottom - send.top - send.bottom) < 1, `${width} px`);
    }
    await page.fill("textarea", "");
  }
});

test("a message that was gone to is one band, its name included; a ring around it is the band's", async (t) => {
  const room = await windowOf(t, "standup");
  if (room === undefined) return;
  const seq = await room.write("the one");
  const page = await room.enter("standup", `#m${seq}`);
  const found = page.locator(".row[data-found]");
  await found.waitFor();
  const band = await found.evaluate((row) => {
    const [own, before] = [getComputedStyle(row), getComputedStyle(row, "::before")];
    const name = row.parentElement?.querySelector(".by")?.getBoundingClientRect().top ?? NaN;
    const top = row.getBoundingClientRect().top + parseFloat(before.top);
    return {
      ground: own.backgroundColor,
      ring: own.boxShadow,
      band: before.backgroundColor,
      above: name - top,
    };
  });
  assert.deepEqual([band.ground, band.ring], ["rgba(0, 0, 0, 0)", "none"]);
  assert.notEqual(band.band, "rgba(0, 0, 0, 0)");
  assert.ok(band.above >= 0, "the name stands in it");
});

test("a link into the midst of what one person said at length leads there, though it was never laid out", async (t) => {
  const room = await windowOf(t, "standup");
  if (room === undefined) return;
  const seq = await room.write("the one");
  for (let at = 0; at < 60; at += 1) await room.write(`line ${at}`);
  const page = await room.enter("standup", `#m${seq}`);
  await page.locator(".row[data-found]").waitFor();
  await page.locator(".pill").waitFor();
  const [found, log] = [await box(page.locator(".row[data-found]")), await box(page.locator(".log"))];
  assert.ok(found.top >= log.top && found.bottom <= log.bottom, `it is at ${found.top}`);
});

test("on the wall no message is cut: the newest at its foot, and as many above as are seen whole", async (t) => {
  const room = await windowOf(t, "standup", { viewport: { width: 1440, height: 700 } });
  if (room === undefined) return;
  for (let at = 1; at <= 15; at += 1) await room.write(`${at}: ${"some words ".repeat((at * 7) % 23)}`);
  const page = await room.enter("standup");
  await page.getByRole("button", { name: "Options of this room" }).click();
  await page.getByRole("button", { name: "Show on a screen" }).click();
  await page.locator(".pm").nth(11).waitFor();
  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: 700 });
    assert.deepEqual(await overflowing(page), []);
    const seen = await page.locator(".pm").evaluateAll((all) => {
      const { left, right, top, bottom } = all[0]?.parentElement?.getBoundingClientRect() ?? new DOMRect();
      const shown = all
        .map((each) => ({ text: each.textContent, at: each.getBoundingClientRect() }))
        .filter(({ at }) => at.left < right && at.right > left && at.bottom > top && at.top < bottom);
      const isCut = shown.some(({ at }) => at.top < top - 1 || at.bottom > bottom + 1);
      return { isCut, numbers: shown.map(({ text }) => Number(/(\d+):/.exec(text)?.[1])) };
    });
    assert.equal(seen.isCut, false, `${width} px`);
    assert.equal(seen.numbers[0], 15);
    assert.deepEqual(
      seen.numbers,
      seen.numbers.toSorted((a, b) => b - a),
    );
  }
});

test("the emoji are as wide as the composer on a phone, eight in a row", async (t) => {
  const room = await windowOf(t, "standup", { viewport: { width: 390, height: 700 }, hasTouch: true });
  if (room === undefined) return;
  const page = await room.enter("standup");
  await page.locator(".emoji-btn").tap();
  await page.locator(".picker .cell").nth(20).waitFor();
  const [menu, field] = [await box(page.locator(".picker")), await box(page.locator(".field"))];
  assert.deepEqual([menu.left, menu.right], [field.left, field.right]);
  const tops = await page
    .locator(".picker section:first-child .cell")
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
  assert.equal(tops.length, 8);
  assert.equal(new Set(tops).size, 1, "one's own eight are one row");
});

test("people are a press away beside the search; a phone has the number alone", async (t) => {
  const room = await windowOf(t, "standup");
  if (room === undefined) return;
  const page = await room.enter("standup");
  const button = page.getByRole("button", { name: "People", exact: true });
  await button.click();
  await page.getByRole("complementary", { name: "People" }).waitFor();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await button.click();
  await page.locator(".panel").waitFor({ state: "detached" });
  await page.setViewportSize({ width: 390, height: 700 });
  assert.equal(await button.count(), 0);
  await page.locator(".here").click();
  await page.getByRole("complementary", { name: "People" }).waitFor();
});

test("what is too long makes the composer's edge say so, and a long name of an empty room leaves room for the rest", async (t) => {
  const room = await windowOf(t, "standup", { viewport: { width: 1440, height: 900 } });
  if (room === undefined) return;
  const page = await room.enter("a-room-with-quite-a-long-name-to-show-in-the-header-of-the-page");
  assert.ok((await box(page.locator(".empty .btn"))).bottom < (await box(page.locator(".dock"))).top - 24);
  const edge = () => page.locator(".field").evaluate((field) => getComputedStyle(field).boxShadow);
  const calm = await edge();
  await page.fill("textarea", "x".repeat(4_001));
  await page.locator("textarea[aria-invalid=true]").waitFor();
  assert.notEqual(await edge(), calm);
  await suitsEverybody(page, "too long");
});

test("by touch a reaction and the way to the newest are as large as a finger, and none takes another's touch", async (t) => {
  const room = await windowOf(t, "standup", {
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  if (room === undefined) return;
  const seq = await room.write("how is it");
  for (const emoji of ["👍", "❤️", "😂", "🎉", "😮", "🙏", "👀", "🚀", "🔥", "💯"])
    await room.react(seq, emoji);
  for (let at = 0; at < 60; at += 1) await room.write(`line ${at}`);
  const page = await room.enter("standup", `#m${seq}`);
  await page.locator(".re").nth(9).waitFor();
  await page.locator(".pill").waitFor();
  const missed = await page.locator(".re, .pill").evaluateAll((all) =>
    all.flatMap((each) => {
      const { left, width, top, height } = each.getBoundingClientRect();
      const middle = top + height / 2;
      // A finger's width of 44, but for the lines that bound it.
      return [middle - 21, middle, middle + 21]
        .map((y) => document.elementFromPoint(left + width / 2, y))
        .filter((hit) => hit?.closest(".re, .pill") !== each)
        .map((hit) => `${each.textContent} meets ${hit?.className ?? "nothing"}`);
    }),
  );
  assert.deepEqual(missed, []);
  assert.deepEqual(await overflowing(page), []);
});

test("above an answer the name is whole, however short what is answered, and leaves room for it, however long", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  for (const name of ["Crimson Otter", "W".repeat(32)]) {
    const person = await connect(server.socket("standup"), { key: newKey(), name });
    person.send({ action: "message", ref: "m1", message: "ok" });
    const { seq } = await person.until("ack");
    person.send({ action: "message", ref: "m2", message: "an answer", reply_to: seq });
    await person.until("ack");
  }
  const page = await (
    await browser.visitor({ viewport: { width: 320, height: 640 } })
  ).open(`${server.url}/r/standup`);
  await page.locator(".quote").nth(1).waitFor();
  const isCut = (part: Locator) => part.evaluate((element) => element.scrollWidth > element.clientWidth);
  const quote = (at: number, part: string) => page.locator(".quote").nth(at).locator(part);
  assert.equal(await isCut(quote(0, ".name")), false);
  assert.equal(await isCut(quote(1, ".name")), true);
  for (const at of [0, 1]) assert.equal(await isCut(quote(at, ".quoted")), false);
});

test("of a long message that is read from the right its beginning is quoted", async (t) => {
  const room = await windowOf(t, "standup", { viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  await room.write("שלום וברוכים הבאים לחדר הזה ".repeat(5));
  const page = await room.enter("standup");
  await page.locator(".row").focus();
  // The letters are those of the tools, which are drawn a frame later.
  await page.locator('.row [aria-keyshortcuts="R"]').waitFor();
  await page.keyboard.press("r");
  const beginning = page.locator(".composing .quoted");
  await beginning.waitFor();
  const isCutAtTheLeft = (element: Element) =>
    getComputedStyle(element).direction === "rtl" && element.scrollWidth > element.clientWidth;
  assert.equal(await beginning.evaluate(isCutAtTheLeft), true);
  await say(page, "an answer");
  assert.equal(await page.locator(".quote .quoted").evaluate(isCutAtTheLeft), true);
});
