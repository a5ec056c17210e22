import assert from "node:assert/strict";
import { test } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say, shows, violations } from "./room-page.ts";

test("? shows every key where it is not typed, Escape gives the focus back", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await page.locator("textarea").press("?");
  assert.equal(await page.inputValue("textarea"), "?", "a question is typed");
  await say(page, "hello?");
  await shows(page, ["hello?"]);
  await page.locator(".log").focus();
  await page.keyboard.press("ArrowUp");
  await page.locator(".row:focus .tools").waitFor();
  const onRow = await page
    .locator(".row [aria-keyshortcuts]")
    .evaluateAll((tools) => tools.map((tool) => tool.getAttribute("aria-keyshortcuts")));
  await page.keyboard.press("?");
  await sheet.waitFor();
  const listed = await sheet
    .locator("dd")
    .evaluateAll((keys) => keys.map((key) => key.getAttribute("data-keys")));
  const search = await page.locator(".find-btn").getAttribute("aria-keyshortcuts");
  assert.deepEqual(
    onRow.filter((keys) => !listed.includes(keys)),
    [],
    "each key of a message is on the sheet",
  );
  assert.equal(onRow.length, 4);
  const named = (keys: string | null | undefined) => keys?.replace("Meta+K ", "");
  assert.ok(listed.includes(named(search) ?? ""));
  assert.equal(new Set(listed).size, listed.length, "each is there once");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  assert.match((await page.locator(".row:focus").textContent()) ?? "", /hello\?/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the keys are found among the options, and fit a narrow and a wide window (${colorScheme})`, async (t) => {
    const browser = await TestBrowser.launch(t);
    if (browser === undefined) return;
    const server = await startServer(t);
    const visitor = await browser.visitor({ colorScheme, locale: colorScheme === "dark" ? "de" : "en" });
    const page = await visitor.open(`${server.url}/r/standup`);
    await isWelcomed(page);
    await page.locator(".head .acts .icon-btn").last().click();
    await page.locator(".options [aria-keyshortcuts='?']").click();
    await page.locator(".keys-dialog[open]").waitFor();
    assert.deepEqual(await violations(page), []);
    for (const width of [320, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await overflowing(page), [], `${width}`);
      const { PICTURES } = process.env;
      if (PICTURES !== undefined)
        await page.screenshot({ path: `${PICTURES}/keys-${colorScheme}-${width}.png` });
    }
    await page.locator(".keys-dialog .icon-btn").click();
    await page.locator(".keys-dialog").waitFor({ state: "detached" });
    assert.deepEqual(visitor.problems, []);
  });
}
