/** Where the focus goes when what had it goes away, and where Tab comes back to. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { focusOf, Keyboard } from "./keyboard.ts";
import { isWelcomed, say, shows } from "./room-page.ts";

/** A window on a room in which somebody else has said "one", "two" and "three". */
async function threeSaid(t: TestContext) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t, { MESSAGES_PER_SECOND: "0" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const write = async (message: string): Promise<number> => {
    ana.send({ action: "message", ref: message, message });
    return (await ana.until("ack")).seq;
  };
  const seqs = { one: await write("one"), two: await write("two"), three: await write("three") };
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await shows(page, ["one", "two", "three"]);
  return { page, server, ana, write, seqs, keys: new Keyboard(page) };
}

test("the log is one stop: Tab out of it and back comes back to the same message", async (t) => {
  const room = await threeSaid(t);
  if (room === undefined) return;
  const { page, keys, write } = room;
  await keys.backTo("log");
  await keys.press("ArrowUp", "ArrowUp");
  await keys.isAt("row", "two");
  await keys.press("Shift+Tab");
  assert.notEqual((await focusOf(page)).kind, "log", "the log and its row are not two stops");
  await keys.press("Tab");
  await keys.isAt("row", "two");
  await keys.press("Escape");
  await keys.isAt("input");
  await write("four");
  await shows(page, ["one", "two", "three", "four"]);
  await keys.press("Shift+Tab");
  await keys.isAt("row", "two");
  assert.equal(await page.locator(".log [tabindex='0'].row").count(), 1);
  // Out of view, at the newest, there is nothing to come back to.
  await keys.press("Escape");
  for (let at = 0; at < 60; at += 1) await write(`${at}`);
  await page.getByText("59", { exact: true }).waitFor();
  await page.locator(".log[tabindex='0']").waitFor();
  await keys.press("Shift+Tab");
  await keys.isAt("log");
  await keys.press("ArrowUp");
  await keys.isAt("row", "59");
});

test("what stands in a message is no stop on the way past it: code is none, links are one from their row", async (t) => {
  const room = await threeSaid(t);
  if (room === undefined) return;
  const { page, keys, ana, seqs } = room;
  const links = "see https://a.example/ and https://b.example/";
  ana.send({ action: "message", ref: "links", message: links });
  ana.send({ action: "message", ref: "code", message: `\`\`\`\n${"wide ".repeat(60)}\n\`\`\`` });
  await page.locator(".row pre").waitFor();
  await keys.backTo("log");
  await keys.press("Tab");
  await keys.isAt("input");
  await keys.backTo("log");
  await keys.press("ArrowUp", "ArrowUp", "Tab");
  await keys.isAt("a", "https://a.example/");
  await keys.press("Tab");
  await keys.isAt("a", "https://b.example/");
  await keys.press("Shift+Tab", "Shift+Tab", "ArrowUp");
  await keys.isAt("row", "three");
  assert.equal(await page.locator(".log a[tabindex='0']").count(), 0);
  ana.send({ action: "edit", ref: "new", target: seqs.three, message: "or https://c.example/" });
  await page.locator(".row a[tabindex='0']", { hasText: "c.example" }).waitFor();
});

test("a message that is edited or deleted by its author keeps the focus, also from its tools", async (t) => {
  const room = await threeSaid(t);
  if (room === undefined) return;
  const { page, keys, ana, seqs } = room;
  await keys.backTo("log");
  await keys.press("ArrowUp", "ArrowUp");
  await keys.isAt("row", "two");
  ana.send({ action: "edit", ref: "e1", target: seqs.two, message: "zwei" });
  await page.getByText("zwei").waitFor();
  await keys.isAt("row", "zwei");
  await keys.tabTo("tool", "Reply");
  ana.send({ action: "delete", ref: "d1", target: seqs.two });
  await page.getByText("Message deleted").waitFor();
  await keys.isAt("row", "Message deleted");
  await keys.press("ArrowDown");
  await keys.isAt("row", "three");
});

test("a message that goes out of the window's memory hands the focus to the first one left", async (t) => {
  const room = await threeSaid(t);
  if (room === undefined) return;
  const { page, keys, server } = room;
  await keys.backTo("log");
  await keys.press("ArrowUp");
  await keys.isAt("row", "three");
  // Two of them, since one alone would be a flood.
  for (const name of ["Bo", "Cy"]) {
    const writer = await connect(server.socket("standup"), { key: newKey(), name });
    const refs = Array.from({ length: 305 }, (_, at) => `line ${at} by ${name}`.replaceAll(" ", "-"));
    for (const ref of refs) writer.send({ action: "message", ref, message: ref });
    await writer.until("ack", ({ ref }) => ref === refs.at(-1));
    await page.getByText(`line-304-by-${name}`).waitFor();
  }
  await page.getByText("three", { exact: true }).waitFor({ state: "detached" });
  const first = (await page.locator(".row").first().textContent()) ?? "";
  assert.match(first, /line/);
  await page.waitForFunction(() => document.activeElement === document.querySelector(".row"));
  assert.equal(
    await page.locator(".log").evaluate(({ scrollTop }) => Math.abs(scrollTop)),
    0,
    "nothing moved",
  );
});

test("a message that was not sent and is discarded hands the focus to the last one", async (t) => {
  const room = await threeSaid(t);
  if (room === undefined) return;
  const { page, keys } = room;
  // What the server refuses for good.
  await page.evaluate(() => (String.prototype.toWellFormed = () => "\ud800"));
  await say(page, "refused");
  await page.getByRole("button", { name: "Retry" }).waitFor();
  await keys.backTo("text-btn", "Delete");
  await keys.press("Enter");
  await page.locator(".fail").waitFor({ state: "detached" });
  await keys.isAt("row", "three");
});
