import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, violations } from "./room-page.ts";

const everything = [
  "**bold**, *italic*, ~~struck~~, `code`, https://a.example and [words](https://b.example/x)",
  "a\nb",
  "so:\n```js\nconst answer = 42;\n  // two spaces\n```\nthat",
  "> quoted\n> > deeper",
  "3. three\n4. four\n   - dot",
  "🎉 🎉",
];

interface Room {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** A window of a room in which somebody has written this. */
async function roomOf(
  t: TestContext,
  texts: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Room | undefined> {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
  const server = await startServer(t, { MAX_MESSAGE_CHARS: "20000" });
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  for (const [at, message] of texts.entries()) {
    ana.send({ action: "message", ref: `m${at}`, message });
    await ana.until("ack");
  }
  const { open, problems } = await browser.visitor(options);
  const page = await open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.waitForFunction((count) => document.querySelectorAll(".row").length === count, texts.length);
  return { page, problems };
}

const markup = (page: Page) =>
  page.locator(".row .text").evaluateAll((texts) => texts.map(({ innerHTML }) => innerHTML));

test("Markdown is shown as what it means, and its marks are not", async (t) => {
  const room = await roomOf(t, everything);
  if (room === undefined) return;
  const link = (href: string, words: string) =>
    `<a href="${href}" title="${href}" target="_blank" rel="noopener noreferrer" tabindex="-1">${words}</a>`;
  assert.deepEqual(await markup(room.page), [
    '<strong>bold</strong>, <em>italic</em>, <s>struck</s>, <code translate="no">code</code>, ' +
      `${link("https://a.example/", "https://a.example")} and ${link("https://b.example/x", "words")}`,
    "a\nb",
    'so:<div class="code"><span class="code-language">js</span><pre dir="ltr" translate="no" role="group" aria-label="Code">' +
      "<code>const answer = 42;\n  // two spaces</code></pre></div>that",
    '<blockquote class="quoting" dir="auto">quoted<blockquote class="quoting" dir="auto">deeper</blockquote></blockquote>',
    '<ol dir="auto"><li value="3">three</li><li value="4">four<ul dir="auto"><li>dot</li></ul></li></ol>',
    "🎉 🎉",
  ]);
  const lineHeights = await room.page
    .locator(".row .text")
    .evaluateAll((texts) => [texts[0], texts[5]].map((text) => text && getComputedStyle(text).lineHeight));
  assert.deepEqual(lineHeights, ["24px", "40px"]);
  assert.deepEqual(room.problems, []);
});

const hostile = [
  "<img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;",
  "[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) javascript:alert(1)",
  '[c](https://a.example/"onmouseover="alert(1)) **<b onclick=alert(1)>**',
  "```<script>\n<img src=x onerror=alert(1)>\n```",
  "\u202egnihton\u202c \u2066 \u200b\u200d\ufeff",
  `${"*".repeat(5_000)}a${"*".repeat(5_000)}`,
  `${"> ".repeat(5_000)}a`,
  `${"[".repeat(5_000)}a${"](https://a.example)".repeat(50)}`,
];

test("I9 what is hostile shows as text and does nothing", async (t) => {
  const room = await roomOf(t, hostile);
  if (room === undefined) return;
  const { page } = room;
  const tags = await page
    .locator(".row .text *")
    .evaluateAll((elements) => [...new Set(elements.map(({ localName }) => localName))]);
  const harmless = ["a", "blockquote", "code", "div", "pre", "span", "strong"];
  assert.deepEqual(
    tags.filter((tag) => !harmless.includes(tag)),
    [],
  );
  const attributes = await page
    .locator(".row .text *")
    .evaluateAll((elements) => [...new Set(elements.flatMap((element) => element.getAttributeNames()))]);
  const known = [
    "href",
    "title",
    "target",
    "rel",
    "class",
    "dir",
    "tabindex",
    "role",
    "aria-label",
    "translate",
  ];
  assert.deepEqual(
    attributes.filter((name) => !known.includes(name)),
    [],
  );
  const protocols = await page
    .locator(".row .text a")
    .evaluateAll((links) => links.map((link) => new URL(link.getAttribute("href") ?? "").protocol));
  assert.deepEqual([...new Set(protocols)], ["https:"]);
  const [first = "", second = ""] = await page.locator(".row .text").allTextContents();
  assert.equal(first, hostile[0]);
  assert.equal(second, hostile[1]);
  assert.deepEqual(room.problems, []);
});

test("marks piled up on letters stay in their row", async (t) => {
  const room = await roomOf(t, ["before", `Z${"\u0335\u0321\u0349\u030d\u0352".repeat(60)}algo`, "after"]);
  if (room === undefined) return;
  const { page } = room;
  const rows = page.locator(".row");
  const heights = await rows.evaluateAll((each) => each.map(({ clientHeight }) => clientHeight));
  assert.deepEqual(heights, [24, 24, 24]);
  // As a font draws them that stacks them high, which not every machine has.
  await page
    .locator(".row .text")
    .nth(1)
    .evaluate((text) => {
      const mark = document.createElement("span");
      mark.textContent = "█".repeat(9);
      mark.style.position = "relative";
      mark.style.top = "-24px";
      text.prepend(mark);
    });
  const { x = 0, y = 0, width = 0, height = 0 } = (await rows.nth(0).boundingBox()) ?? {};
  // A link's focus ring may reach so far over the row's edge, and so may they.
  const clip = { x, y, width, height: height - 4 };
  const rowBefore = await page.screenshot({ clip });
  await page
    .locator(".row .text")
    .nth(1)
    .evaluate((text) => (text.textContent = "Zalgo"));
  assert.ok(rowBefore.equals(await page.screenshot({ clip })), "the row above looks the same without them");
});

const long = [
  `\`\`\`\n${"let answer = 42; ".repeat(60)}\n\`\`\``,
  "w".repeat(5_000),
  `\`${"c".repeat(300)}\` **${"b".repeat(300)}** [${"a".repeat(300)}](https://a.example/)`,
  `> ${"q".repeat(300)}\n> > > > > ${"d".repeat(300)}`,
  `- ${"i".repeat(300)}\n  - ${"j".repeat(300)}\n    - \`\`\`\n      ${"code ".repeat(100)}\n      \`\`\``,
  `123456789. ${"n".repeat(300)}`,
];

test("at 320 px nothing sticks out: a long line of code is scrolled where it stands", async (t) => {
  const room = await roomOf(t, long, { viewport: { width: 320, height: 640 } });
  if (room === undefined) return;
  const { page } = room;
  assert.deepEqual(await overflowing(page), []);
  const width = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.querySelector(".log")?.scrollWidth,
  ]);
  assert.deepEqual(width, [320, 320]);
});

test("everything can be read: no finding of axe, in either theme", async (t) => {
  const room = await roomOf(t, [...everything, ...long]);
  if (room === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await room.page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(room.page), [], colorScheme);
  }
});
