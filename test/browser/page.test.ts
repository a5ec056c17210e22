import assert from "node:assert/strict";
import { test } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, messages, say, shows } from "./room-page.ts";

test("two windows talk with each other; one's own messages are marked; nothing goes wrong on the way", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const [hers, his] = [await ana.open(`${server.url}/r/standup`), await bo.open(`${server.url}/r/standup`)];
  await Promise.all([isWelcomed(hers), isWelcomed(his)]);
  await say(hers, "hello");
  await shows(his, ["hello"]);
  await say(his, "hi");
  for (const page of [hers, his]) await shows(page, ["hello", "hi"]);
  assert.deepEqual(await hers.locator(".own .text").allTextContents(), ["hello"]);
  assert.deepEqual(await his.locator(".own .text").allTextContents(), ["hi"]);
  await hers.getByText("2 here").waitFor();
  assert.equal(await hers.title(), "standup · Confab");
  assert.deepEqual([...ana.problems, ...bo.problems], []);
});

test("the composer has the focus, and what was typed outlives the window", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const first = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(first);
  await first.keyboard.type("half a thought");
  // The browser takes a moment to keep the last letter, which a window that is torn away does not give it.
  await first.waitForFunction(() => Object.values(localStorage).includes("half a thought"));
  await (
    await visitor.open(`${server.url}/r/standup`)
  ).waitForFunction(() => Object.values(localStorage).includes("half a thought"));
  await first.close();
  const second = await visitor.open(`${server.url}/r/standup`);
  assert.equal(await second.inputValue("textarea"), "half a thought");
  const elsewhere = await visitor.open(`${server.url}/r/other`);
  await isWelcomed(elsewhere);
  assert.equal(await elsewhere.inputValue("textarea"), "");
});

test("Enter sends, Shift+Enter breaks the line, and an input method's Enter does neither", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  for (const init of [
    { key: "Enter", isComposing: true },
    { key: "Enter", keyCode: 229 },
  ]) {
    await page.dispatchEvent("textarea", "keydown", init);
  }
  assert.equal(await page.inputValue("textarea"), "one\ntwo");
  await page.keyboard.press("Enter");
  await shows(page, ["one\ntwo"]);
  assert.equal(await page.inputValue("textarea"), "");
});

test("by touch Enter breaks the line and the button sends", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const phone = await browser.visitor({
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  });
  const page = await phone.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.tap("textarea");
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await page.tap("[aria-label=Send]");
  await shows(page, ["one\ntwo"]);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
});

test("a text over the limit is counted and stays in the composer", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "300" });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.fill("textarea", "😀".repeat(110));
  await page.getByText("190 left").waitFor();
  await say(page, "😀".repeat(301));
  await page.getByText("1 too many").waitFor();
  assert.equal(await page.inputValue("textarea"), "😀".repeat(301));
  // Empty lines around are not said, and not counted.
  await page.fill("textarea", `\n${"😀".repeat(299)}\n \n`);
  await page.getByText("1 left").waitFor();
  await say(page, "short");
  await shows(page, ["short"]);
});

test("I9 what somebody typed is text: markup stays as it is, addresses become links", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const text = `<img src=x onerror="document.title='hacked'"><script>1</script> https://a.example/?q="><b> javascript:alert(1)`;
  await say(page, text);
  await shows(page, [text]);
  assert.equal(await page.locator(".row img, .row script, .row b").count(), 0);
  const links = page.locator(".row a");
  assert.deepEqual(await links.allTextContents(), ["https://a.example/?q="]);
  assert.equal(await links.first().getAttribute("rel"), "noopener noreferrer");
  assert.deepEqual(visitor.problems, []);
});

test("a name is changed in its place; one that is taken says so and stays in the field", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const [hers, his] = [await ana.open(`${server.url}/r/standup`), await bo.open(`${server.url}/r/standup`)];
  await Promise.all([isWelcomed(hers), isWelcomed(his)]);
  await hers.getByRole("button", { name: "Change your name" }).click();
  await hers.getByLabel("Your name, for all rooms").fill("Ana");
  await hers.keyboard.press("Enter");
  await hers.locator(".who b", { hasText: "Ana" }).waitFor();
  assert.equal(await hers.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
  await his.getByRole("button", { name: "Change your name" }).click();
  await his.getByLabel("Your name, for all rooms").fill("ana");
  await his.keyboard.press("Enter");
  await his.getByText("Taken here").waitFor();
  assert.equal(await his.getByLabel("Your name, for all rooms").inputValue(), "ana");
  await his.keyboard.press("Escape");
  await his.locator(".who b").waitFor();
  const elsewhere = await ana.open(`${server.url}/r/other`);
  await elsewhere.locator(".who b", { hasText: "Ana" }).waitFor();
});

test("edits, reactions and deletions of others show at once", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  ana.send({ action: "message", ref: "m1", message: "first words" });
  ana.send({ action: "message", ref: "m2", message: "a slip" });
  const [first, slip] = [await ana.until("ack"), await ana.until("ack")];
  await shows(page, ["first words", "a slip"]);
  ana.send({ action: "edit", ref: "e", target: first.seq, message: "better words" });
  ana.send({ action: "react", ref: "r", target: first.seq, emoji: "👍", on: true });
  ana.send({ action: "delete", ref: "d", target: slip.seq });
  await shows(page, ["better words (edited)", "Message deleted"]);
  await page.getByTitle("Ana", { exact: true }).getByText("👍").waitFor();
  await page.reload();
  await shows(page, ["better words (edited)", "Message deleted"]);
  await page.getByTitle("Ana", { exact: true }).getByText("👍").waitFor();
});

test("who comes and goes is told in one line", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "hello");
  await shows(page, ["hello"]);
  const other = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(other);
  const name = await other.locator(".who b").textContent();
  await page.getByText(`${name} joined`).waitFor();
  await other.fill("textarea", "typing");
  await page.getByText(`${name} is typing`).waitFor();
  assert.deepEqual(await messages(other), ["hello"]);
});
