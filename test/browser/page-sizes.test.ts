/** The room in other clothes: one line of a header in another site's page, one line a row where hundreds talk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, connectPlain, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say, shows, suitsEverybody } from "./room-page.ts";

async function suitsAtEveryWidth(page: Page, state: string): Promise<void> {
  for (const width of [1440, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    assert.deepEqual(await overflowing(page), [], `${state}, ${width} px`);
  }
  await suitsEverybody(page, state);
}

test("in another site's page a room is its name, what is said, and where one types", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  await isWelcomed(await visitor.open(`${server.url}/r/elsewhere`));
  const page = await visitor.open(
    `${server.url}/r/a-room-with-quite-a-long-name-to-show-in-the-header?embed`,
  );
  await page.locator(".who b").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BODY", "the focus is the site's");
  await say(page, "hello from within");
  await shows(page, ["hello from within"]);
  assert.equal(await page.locator(".rooms, .acts, .qr-tile").count(), 0, "nothing leads elsewhere");
  const link = page.getByRole("banner").getByRole("link");
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.equal(await page.locator(".head-in").evaluate(({ clientHeight }) => clientHeight), 44);
  await suitsAtEveryWidth(page, "embedded");
  assert.deepEqual(visitor.problems, []);
});

test("where hundreds talk a row is a name and its words on one line, and nobody is told who comes and goes", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const socket = server.socket("standup");
  const ana = await connect(socket, { key: newKey(), name: "W".repeat(32) });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const crowd = await Promise.all(Array.from({ length: 260 }, () => connectPlain(socket)));
  await page.locator(".room.is-dense").waitFor();
  const told = (await page.locator(".joins").allTextContents()).join();
  await connect(socket, { key: newKey(), name: "Late Larry" });
  await page.getByText("263 here").waitFor();
  assert.equal(
    (await page.locator(".joins").allTextContents()).join(),
    told,
    "who comes is counted, not told",
  );
  ana.send({ action: "message", ref: "m1", message: "a question ".repeat(30) });
  await ana.until("ack");
  await say(page, "an answer");
  await page.locator(".own .row:not(.is-pending)").waitFor();
  const lines = await page.locator(".group").evaluateAll((groups) =>
    groups.map((group) => {
      const top = (selector: string) => group.querySelector(selector)?.getBoundingClientRect().top ?? NaN;
      return Math.abs(top(".by") - top(".row")) < 4;
    }),
  );
  assert.deepEqual(lines, [true, true]);
  const name = page.locator(".group .name").first();
  assert.equal(await name.getAttribute("title"), "W".repeat(32), "what is cut can be read there");
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 700 });
    const share = await name.evaluate((each) => {
      const widthOf = (element: Element | null) => element?.getBoundingClientRect().width ?? NaN;
      return widthOf(each) / widthOf(each.closest(".group"));
    });
    assert.ok(share < 0.3, `a long name takes ${share} of a row of ${width} px`);
  }
  await suitsAtEveryWidth(page, "a crowd");
  // Not at once: the number goes to and fro.
  for (const each of crowd.slice(0, 20)) await each.close();
  await page.getByText("243 here").waitFor();
  assert.equal(await page.locator(".is-dense").count(), 1);
  for (const each of crowd.slice(20, 70)) await each.close();
  await page.locator(".is-dense").waitFor({ state: "detached" });
});
