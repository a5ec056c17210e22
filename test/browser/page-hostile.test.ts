/** I9: whatever anybody calls themselves or says is shown as text, does nothing, and stays in its place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { normalName } from "../../src/protocol/person-name.ts";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing } from "./room-page.ts";

const marksPiledUp = "\u0335\u0321\u0349\u030d\u0352".repeat(60);
const script = "<script>globalThis.hacked = 1</script>";

/** Not one letter of these means anything. */
const verbatim = [
  `<img src=x onerror="globalThis.hacked=1">${script}`,
  `</p></div></section>${script}<!-- <style>*{display:none}</style>`,
  "<iframe srcdoc='&lt;script&gt;parent.hacked=1&lt;/script&gt;'></iframe>&lt;b&gt;&amp;",
  "<svg/onload=globalThis.hacked=1><math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
  "javascript:globalThis.hacked=1 data:text/html,<script>alert(1)</script> vbscript:x file:///etc/passwd",
  "[press](javascript:globalThis.hacked=1) [me](data:text/html;base64,PHNjcmlwdD4=) [x](//evil.example)",
  "{{constructor.constructor('globalThis.hacked=1')()}} ${globalThis.hacked=1} <%= 7*7 %> #{7*7}",
  "constructor",
  "__proto__",
  "toString hasOwnProperty prototype valueOf",
  "\u202egnirts desrever\u202c \u2066isolated \u2067and not ended",
  "zero\u200bwidth\u200c\u200d\u2060\ufeff\u00adspaces",
  "\u0001\u0007\u001b[31mred\u001b[0m\u007f\u0085",
  `Z${marksPiledUp}algo`,
  "w".repeat(3_999),
  "﷽".repeat(400),
  "👩‍👩‍👧‍👦".repeat(500),
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}".repeat(200),
  "ก็็็็็็็็็็็็็็็็็็็็็็็็็็็็็็็็",
  "</textarea><textarea autofocus onfocus=globalThis.hacked=1>",
];

const names = [
  "<b onclick=alert(1)>Bo</b>",
  "<script>alert(1)</script>",
  "constructor",
  "__proto__",
  "{{7*7}} ${7*7}",
  "javascript:alert(1)",
  "&lt;i&gt; &amp; \"'`",
  "W".repeat(32),
  "﷽".repeat(32),
  `Z${marksPiledUp.slice(0, 30)}`,
  "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
  "שלום עולם",
  "A\u200bna",
  "@everyone",
];
const noNames = ["\u202eevil", "a\u2067b", "\u200b\u2060", "line\nbreak", "W".repeat(33), "\ufeff", "x\0y"];
/** Halves of a pair, as only JSON's escapes can say them. */
const broken = [String.raw`"\ud83d"`, String.raw`"a\udc00b"`, String.raw`"nul\u0000"`];

const elements = "article div h2 h3 p span bdi a time ul ol li mark svg g rect circle path";
const attributes =
  "class id title dir role translate href tabindex datetime data-key viewBox width height transform d cx cy r x y";

/** What there is inside of an element that our own page would not put there. */
async function strangers(page: Page, selector: string): Promise<string[]> {
  const found = await page.locator(`${selector} *`).evaluateAll(
    (found, [known = "", knownAttributes = ""]) => {
      const isKnown = (name: string) => knownAttributes.split(" ").includes(name) || name.startsWith("aria-");
      const isHarmless = (link: string) => link.startsWith("#m") || /^(?:https?|mailto):/.test(link);
      return found.flatMap((element) => [
        ...(known.split(" ").includes(element.localName) ? [] : [element.localName]),
        ...element.getAttributeNames().filter((name) => !isKnown(name)),
        ...[element.getAttribute("href") ?? "#m"].filter((link) => !isHarmless(link)),
      ]);
    },
    [elements, attributes],
  );
  return [...new Set(found)];
}

test("I9 hostile names and texts are text: nothing runs, nothing is asked for, nothing sticks out", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const socket = server.socket("standup");
  const visitor = await browser.visitor({ viewport: { width: 320, height: 640 } });
  const page = await visitor.open("about:blank");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).host));
  page.on("dialog", (dialog) => asked.push(dialog.type()));
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  const title = await page.title();

  const people = await Promise.all(names.map((name) => connect(socket, { key: newKey(), name })));
  assert.deepEqual(
    people.map(({ welcome }) => welcome.name),
    names.map((name) => normalName(name)),
  );
  const [first] = people;
  assert.ok(first !== undefined);
  for (const text of broken) {
    first.send(`{"action":"message","ref":"broken","message":${text}}`);
    assert.equal((await first.until("error")).code, "bad_frame", text);
  }
  for (const name of noNames) {
    first.send({ action: "rename", name });
    assert.match((await first.until("error")).code, /^bad_(?:name|frame)$/, JSON.stringify(name));
  }
  for (const [at, message] of verbatim.entries()) {
    const person = people[at % people.length];
    person?.send({ action: "message", ref: `m${at}`, message });
    await person?.until("ack");
  }

  await page
    .locator(".row")
    .nth(verbatim.length - 1)
    .waitFor();
  assert.deepEqual(await page.locator(".row .text").allTextContents(), verbatim);
  assert.deepEqual(
    await page.locator(".group .by .name").allTextContents(),
    verbatim.map((_text, at) => people[at % people.length]?.welcome.name),
  );
  assert.deepEqual(await strangers(page, ".log"), []);
  assert.deepEqual(await overflowing(page), []);
  const zalgo = page.locator(".row", { hasText: "algo" });
  assert.equal(await zalgo.evaluate(({ clientHeight }) => clientHeight), 24);

  await page.locator(".here").click();
  await page.locator(".person").nth(names.length).waitFor();
  assert.deepEqual(await strangers(page, ".panel ul"), []);
  assert.deepEqual(await overflowing(page), []);
  await page.keyboard.press("Escape");
  // The focus goes back to what opened the panel.
  await page.locator(".panel").waitFor({ state: "detached" });
  await page.locator("textarea").pressSequentially("@");
  await page.locator("[role=option]").first().waitFor();
  assert.deepEqual(await strangers(page, "[role=listbox]"), []);
  assert.deepEqual(await overflowing(page), []);

  assert.equal(await page.evaluate(() => "hacked" in globalThis), false);
  assert.equal(await page.title(), title);
  assert.deepEqual([...new Set(asked)], [new URL(server.url).host]);
  assert.deepEqual(visitor.problems, []);
});

test("I9 so it is wherever else a text or a name is shown: quoted, found, told of, on a wall, without JavaScript", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const enter = (name: string) => connect(server.socket("standup"), { key: newKey(), name });
  const [ana, bo] = [await enter(names[0] ?? ""), await enter("שלום <i>עולם</i>")];
  for (const [at, message] of verbatim.entries()) {
    ana.send({ action: "message", ref: `m${at}`, message });
    const { seq } = await ana.until("ack");
    bo.send({ action: "message", ref: `re${at}`, message: `re ${at}`, reply_to: seq });
    bo.send({ action: "react", ref: `ok${at}`, target: seq, emoji: "👍", on: true });
  }
  const visitor = await browser.visitor({ viewport: { width: 320, height: 640 } });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const holds = async (selector: string, expected: readonly string[]) => {
    await page
      .locator(selector)
      .nth(expected.length - 1)
      .waitFor();
    assert.deepEqual(await page.locator(selector).allTextContents(), expected, selector);
    assert.deepEqual(await strangers(page, selector), [], selector);
    assert.deepEqual(await overflowing(page), [], selector);
  };
  const inALine = verbatim.map((text) => {
    const chars = Array.from(text);
    return chars.length > 250 ? `${chars.slice(0, 250).join("")}…` : text;
  });
  await holds(".quote .quoted", inALine);
  assert.deepEqual(
    new Set(await page.locator(".re").evaluateAll((all) => all.map((each) => each.getAttribute("title")))),
    new Set(["\u2068שלום <i>עולם</i>\u2069"]),
  );
  await page.locator(".row", { hasText: "algo" }).first().hover();
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await page.locator(".composing").waitFor();
  assert.deepEqual(await overflowing(page), []);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.locator(".panel .find input").fill("script");
  await page.locator(".hit mark").first().waitFor();
  assert.deepEqual(await strangers(page, ".hit-text"), []);
  assert.deepEqual(await overflowing(page), []);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Options of this room" }).click();
  await page.getByRole("button", { name: "Show on a screen" }).click();
  await page.locator(".pm .text").nth(11).waitFor();
  assert.deepEqual(await strangers(page, ".beam-said"), []);
  assert.equal(await page.evaluate(() => "hacked" in globalThis), false);
  const plain = await browser.visitor({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const bare = await plain.open(`${server.url}/r/standup`);
  await bare.locator(".plain li").first().waitFor();
  assert.deepEqual(await strangers(bare, ".plain ol"), []);
  assert.deepEqual([...visitor.problems, ...plain.problems], []);
});
