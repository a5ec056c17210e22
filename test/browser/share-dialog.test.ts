import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "uqr";
import { qrCode } from "../../src/browser/qr.ts";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, suitsEverybody } from "./room-page.ts";

test("the drawn code has exactly the dark modules of the code", () => {
  for (const link of [
    "http://a",
    "https://talk.example/r/standup",
    `https://a.example/${"%E6%97%A5".repeat(64)}`,
  ]) {
    const { size, path } = qrCode(link);
    const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
    for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    }
    assert.deepEqual(drawn, encode(link, { ecc: "M", border: 0 }).data);
  }
});

test("the room's link is shared as a code that is loaded when it is asked for, and copied", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open(`${server.url}/r/standup?from=mail`);
  await isWelcomed(page);
  const scripts = () =>
    page.evaluate(
      () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/qr-")).length,
    );
  assert.equal(await scripts(), 0);
  await page.getByRole("button", { name: "Share this room" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this room" });
  const code = dialog.getByRole("img", { name: "QR code of the room’s link" });
  await code.waitFor();
  assert.equal(await scripts(), 1);
  const { size, path } = qrCode(`${server.url}/r/standup`);
  assert.equal(await code.locator("path").getAttribute("d"), path);
  assert.equal(await code.getAttribute("viewBox"), `-4 -4 ${size + 8} ${size + 8}`);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await dialog.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}/r/standup`);
  assert.deepEqual(visitor.problems, []);
});

test("the dialog closes by Escape, its button and a press beside it, and the focus comes back", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  for (const close of [
    () => page.keyboard.press("Escape"),
    () => page.getByRole("button", { name: "Close" }).click(),
    () => page.mouse.click(5, 5),
  ]) {
    await page.locator(".qr-tile").focus();
    await page.keyboard.press("Enter");
    await page.locator(".share .qr").waitFor();
    await close();
    await page.locator(".share").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.className), "qr-tile");
  }
});

test("a dialog that is opened again as soon as it is gone stays", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.locator(".qr-tile").click();
  await page.locator(".share .qr").waitFor();
  // Chromium tells a dialog's end in the frame after it.
  await page.evaluate(async () => {
    const gone = Promise.withResolvers<undefined>();
    const changes = new MutationObserver(() => {
      if (document.querySelector(".share") === null) gone.resolve(undefined);
    });
    changes.observe(document.body, { childList: true, subtree: true });
    document.querySelector<HTMLButtonElement>(".share .icon-btn")?.click();
    await gone.promise;
    changes.disconnect();
    document.querySelector<HTMLButtonElement>(".qr-tile")?.click();
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  });
  await page.locator(".share .qr").waitFor();
});

test("a code that cannot be loaded is told, and the link is there all the same", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.route("**/qr-*.js", (route) => route.abort());
  await page.getByRole("button", { name: "Share this room" }).click();
  await page.getByText("The code could not be loaded.").waitFor();
  await page.locator(".share-link", { hasText: "standup" }).waitFor();
});

test("the code is dark on light in both themes, and the dialog suits everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (
    await browser.visitor()
  ).open(`${server.url}/r/a-room-with-quite-a-long-name-to-show-in-the-header`);
  await isWelcomed(page);
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 640 });
    // Where there is no room for the tile the options lead there.
    if (width < 360) await page.getByRole("button", { name: "Options of this room" }).click();
    await page.getByRole("button", { name: "Share this room" }).click();
    await page.locator(".qr path").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const colours = await page.locator(".qr path").evaluate((path) => {
        const card = path.closest(".qr-card") ?? path;
        return [getComputedStyle(path).fill, getComputedStyle(card).backgroundColor];
      });
      assert.deepEqual(colours, ["oklch(0.2 0.018 270)", "oklch(1 0 0)"]);
    }
    await suitsEverybody(page, `${width} px`);
    await page.keyboard.press("Escape");
    await page.locator(".share").waitFor({ state: "detached" });
  }
});
