import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inOrder, readPeopleHere, restInWords } from "../../src/browser/people-here.ts";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, suitsEverybody } from "./room-page.ts";

/** Waits until the panel lists these names, "you" after one's own. */
async function lists(page: Page, expected: readonly string[]): Promise<void> {
  await page.waitForFunction((wanted) => {
    const rows = [...document.querySelectorAll(".panel .person")];
    return rows.map((row) => row.textContent).join("\n") === wanted.join("\n");
  }, expected);
}

const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.className,
  );

test("who is here is listed, oneself first, and kept up to date while people come, go and are renamed", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const me = await page.locator(".who b").textContent();
  await page.getByRole("button", { name: "Only you" }).click();
  await lists(page, [`${me}you`]);
  const bo = await connect(server.socket("standup"), { key: newKey(), name: "Bo" });
  await lists(page, [`${me}you`, "Bo"]);
  await page.locator(".panel").getByText("2 here").waitFor();
  bo.send({ action: "rename", name: "Cleo" });
  await lists(page, [`${me}you`, "Cleo"]);
  assert.deepEqual(visitor.problems, []);
});

test("people are found by a part of their name; nobody of that name is told in words", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  for (const name of ["Anastasia", "Bo"]) await connect(server.socket("standup"), { key: newKey(), name });
  await page.getByRole("button", { name: "3 here" }).click();
  await page.locator(".panel input:focus").waitFor();
  await page.keyboard.type("STAS");
  await lists(page, ["Anastasia"]);
  await page.getByLabel("Find someone").fill("nobody");
  await page.getByText("Nobody here is called “nobody”.").waitFor();
});

test("the focus goes into the panel and comes back, by Escape and by its button", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  for (const width of [390, 1440]) {
    const visitor = await browser.visitor({ viewport: { width, height: 800 } });
    const page = await visitor.open(`${server.url}/r/standup`);
    await isWelcomed(page);
    for (const close of [
      () => page.keyboard.press("Escape"),
      () => page.getByRole("button", { name: "Close" }).click(),
    ]) {
      await page.locator(".here").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("complementary", { name: "People" }).waitFor();
      assert.equal(await focused(page), "Find someone");
      const isCovered = width < 1200;
      assert.equal(await page.locator(".room").evaluate((room) => room.hasAttribute("inert")), isCovered);
      await close();
      await page.locator(".panel").waitFor({ state: "detached" });
      assert.equal(await focused(page), "here");
      assert.equal(await page.locator(".room[inert]").count(), 0);
    }
  }
});

test("oneself stands first, the others by name; a list that is cut says how many more there are", () => {
  const person = (uid: string, name: string) => ({ id: 1, uid, name });
  const people = [person("b", "Bo 10"), person("c", "bo 9"), person("a", "Zoe")];
  assert.deepEqual(
    inOrder(people, "a").map(({ uid }) => uid),
    ["a", "c", "b"],
  );
  assert.equal(restInWords({ count: 703, people }), "and 700 more: find them by name");
  assert.equal(restInWords({ count: 3, people }), undefined);
  assert.deepEqual(readPeopleHere({ count: 700, people }), { count: 700, people });
  for (const body of [undefined, null, 1, {}, { people }, { count: "2", people }, { count: 1, people: {} }]) {
    assert.equal(readPeopleHere(body), undefined);
  }
});

test("a list that could not be loaded says why, and is asked for again", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.route("**/people?*", (route) => route.abort());
  await page.locator(".here").click();
  await page.getByText("The server can’t be reached.").waitFor();
  await page.unroute("**/people?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator(".panel .person").waitFor();
});

test("the open panel suits everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await connect(server.socket("standup"), { key: newKey(), name: "W".repeat(32) });
  await page.getByText("2 here").waitFor();
  for (const width of [320, 820, 1440]) {
    await page.setViewportSize({ width, height: 640 });
    await page.locator(".here").click();
    await page.locator(".person").nth(1).waitFor();
    await suitsEverybody(page, `${width} px`);
    await page.keyboard.press("Escape");
    await page.locator(".panel").waitFor({ state: "detached" });
  }
});
