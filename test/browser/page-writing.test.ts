import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, messages, overflowing, say, settled, shows, suitsEverybody } from "./room-page.ts";

const field = (page: Page) => page.getByLabel("Message", { exact: true }).and(page.locator("textarea"));
const chosen = (page: Page) => page.locator("[role=option][aria-selected=true]");

test("@ offers who is here; arrows choose, Enter takes, and whoever is addressed sees it marked", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const [ana, bo] = [
    await connect(server.socket("standup"), { key: newKey(), name: "Ana Lund" }),
    await connect(server.socket("standup"), { key: newKey(), name: "Anatol" }),
  ];
  ana.send({ action: "message", ref: "m1", message: "hello" });
  await ana.until("ack");
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await shows(page, ["hello"]);
  await page.keyboard.type("hi @an");
  // Who spoke last comes first.
  await chosen(page).getByText("Ana Lund").waitFor();
  assert.equal(
    await field(page).getAttribute("aria-activedescendant"),
    await chosen(page).getAttribute("id"),
  );
  await page.keyboard.press("ArrowDown");
  await chosen(page).getByText("Anatol").waitFor();
  // An input method's own Enter takes nothing.
  await page.dispatchEvent("textarea", "keydown", { key: "Enter", isComposing: true });
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("textarea"), "hi @Ana Lund ");
  await page.keyboard.type("@anat");
  await chosen(page).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("[role=listbox]").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await shows(page, ["hello", "hi @Ana Lund @anat"]);
  const name = (await page.locator(".who b").textContent()) ?? "";
  bo.send({ action: "message", ref: "m2", message: `@${name.toLowerCase()} and \`@${name}\`` });
  await page.locator(".row.is-me mark.at-me", { hasText: `@${name.toLowerCase()}` }).waitFor();
  const theirs = page.locator(".own .text .name");
  assert.deepEqual(
    await theirs.allTextContents(),
    ["@Ana Lund"],
    "others have their own hue, half a name has none",
  );
  const colourOf = (part: typeof theirs) => part.evaluate((element) => getComputedStyle(element).color);
  assert.equal(await colourOf(theirs), await colourOf(page.locator(".by .name", { hasText: "Ana Lund" })));
  assert.equal(await page.locator("mark.at-me").count(), 1);
  assert.deepEqual(visitor.problems, []);
});

test("who is called as it is typed is meant, though another's name goes on from there", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  for (const name of ["Bo Bobson", "Bo"]) await connect(server.socket("standup"), { key: newKey(), name });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await page.locator(".here", { hasText: "3" }).waitFor();
  await page.keyboard.type("hi @bo");
  await page.getByRole("option").nth(1).waitFor();
  assert.deepEqual(await page.getByRole("option").allTextContents(), ["Bo", "Bo Bobson"]);
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("textarea"), "hi @Bo ");
  await page.keyboard.press("Enter");
  await shows(page, ["hi @Bo"]);
  await page.keyboard.type("hi @bo b");
  await chosen(page).getByText("Bo Bobson").waitFor();
});

test("in a crowd whoever is here is offered, asked for by name; how many are offered is read out", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const socket = server.socket("standup");
  // A page is told of two hundred; whoever came last is none of them.
  await Promise.all(
    Array.from({ length: 260 }, (_, at) => connect(socket, { key: newKey(), name: `Bo ${at}` })),
  );
  await connect(socket, { key: newKey(), name: "Zoe Quill" });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.keyboard.type("@zo");
  await chosen(page).getByText("Zoe Quill").waitFor();
  const told = page.locator(".field [role=status]");
  await told.getByText("1 suggestion", { exact: true }).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue("textarea"), "@Zoe Quill ");
  await told.getByText("suggestion").waitFor({ state: "detached" });
  await page.keyboard.type("@bo 1");
  await told.getByText("8 suggestions", { exact: true }).waitFor();
});

test("the chosen suggestion is one that is there, though another one goes", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  for (const name of ["Bo 1", "Bo 2"]) await connect(server.socket("standup"), { key: newKey(), name });
  const going = await connect(server.socket("standup"), { name: "Bo 3" });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.keyboard.type("@bo");
  for (const name of ["Bo 1", "Bo 2", "Bo 3"]) {
    await chosen(page).getByText(name).waitFor();
    if (name !== "Bo 3") await page.keyboard.press("ArrowDown");
  }
  await going.close();
  await chosen(page).getByText("Bo 2").waitFor();
  assert.equal(
    await field(page).getAttribute("aria-activedescendant"),
    await chosen(page).getAttribute("id"),
  );
});

test("keys count however fast they come: an arrow right after a letter, a new word right after a waived one", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  for (const name of ["Bo 1", "Bo 2"]) await connect(server.socket("standup"), { key: newKey(), name });
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.keyboard.type("@b");
  await chosen(page).getByText("Bo 1").waitFor();
  /** Before the page draws anything. */
  const atOnce = async (texts: readonly string[], key?: string) => {
    await page.evaluate(
      ([values, pressed]) => {
        const element = document.querySelector("textarea");
        for (const value of values) {
          if (element !== null) element.value = value;
          element?.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }
        if (pressed !== undefined)
          element?.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true }));
      },
      [texts, key] as const,
    );
  };
  await atOnce(["@bo"], "ArrowDown");
  await settled(page);
  assert.equal(await chosen(page).locator(".name").textContent(), "Bo 2");
  await page.keyboard.press("Escape");
  await chosen(page).waitFor({ state: "detached" });
  await atOnce(["", "@"]);
  await chosen(page).getByText("Bo 1").waitFor();
});

test("an emoji is written by its code, by choosing it, and picked by keyboard; a reaction too", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.keyboard.type(":rocke");
  await chosen(page).getByText(":rocket:").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue("textarea"), "🚀 ");
  await page.keyboard.type(":tada:");
  assert.equal(await page.inputValue("textarea"), "🚀 🎉");
  await page.keyboard.press("Enter");
  await shows(page, ["🚀 🎉"]);
  assert.equal(await page.locator(".text.is-emoji").count(), 1);
  await page.getByRole("button", { name: "Emoji" }).click();
  const picker = page.getByRole("dialog", { name: "Emoji" });
  const finding = picker.locator("input:focus");
  await finding.waitFor();
  await page.keyboard.type("octopus");
  await picker.getByRole("button", { name: "octopus" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("textarea"), "🐙");
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
  await page.fill("textarea", "");
  await page.locator(".row").hover();
  await page.getByRole("button", { name: "React", exact: true }).click();
  await page.getByRole("button", { name: "More reactions" }).click();
  // What was used last is at hand.
  await picker.getByRole("group", { name: "Yours" }).getByRole("button").first().click();
  await page.getByRole("button", { name: "🐙", pressed: true }).waitFor();
  assert.deepEqual(visitor.problems, []);
});

test("Escape closes the emoji wherever the focus is, and however soon it is pressed", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const button = page.getByRole("button", { name: "Emoji" });
  const picker = page.getByRole("dialog", { name: "Emoji" });
  for (const leaveTheField of [
    () => Promise.resolve(),
    () => picker.locator(".label").first().click(),
    () => page.getByRole("button", { name: "Change your name" }).focus(),
  ]) {
    await page.locator("textarea").focus();
    await button.click();
    await picker.locator("input:focus").waitFor();
    await leaveTheField();
    await page.keyboard.press("Escape");
    await picker.waitFor({ state: "detached" });
  }
  await button.evaluate((element) => {
    (element as HTMLButtonElement).click();
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  });
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await settled(page);
  assert.equal(await picker.count(), 0);
});

test("slash commands do what they say; one that is none is explained and stays in the field", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "/nmae Ana");
  await page.getByText("There is no /nmae.").waitFor();
  assert.equal(await page.inputValue("textarea"), "/nmae Ana");
  await say(page, "/name Ana");
  await page.locator(".who b", { hasText: "Ana" }).waitFor();
  await say(page, "/me waves");
  await page.locator(".text.is-action", { hasText: "Ana waves" }).waitFor();
  await say(page, "/shrug");
  await say(page, "//shrug");
  await shows(page, ["Ana waves", String.raw`¯\_(ツ)_/¯`, "/shrug"]);
  await page.fill("textarea", "");
  await page.locator("textarea").pressSequentially("/help");
  await page.keyboard.press("Enter");
  await page.getByRole("listbox", { name: "Commands" }).waitFor();
  assert.equal(await page.getByRole("option").count(), 5);
  await page.fill("textarea", "");
  await say(page, "/search waves");
  await page.locator(".hit", { hasText: "waves" }).waitFor();
  assert.deepEqual((await messages(page)).length, 3);
});

test("I8 new words for a message, half written, outlive a reload", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await say(page, "first words");
  await shows(page, ["first words"]);
  await page.fill("textarea", "set aside");
  await page.locator(".row").hover();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.fill("textarea", "better wor");
  await page.waitForFunction(() => JSON.stringify(localStorage).includes(" better wor"));
  await page.reload();
  await page.getByRole("group", { name: "Editing" }).waitFor();
  assert.equal(await page.inputValue("textarea"), "better wor");
  await page.locator("textarea").pressSequentially("ds");
  await page.keyboard.press("Enter");
  await shows(page, ["better words (edited)"]);
  assert.equal(await page.inputValue("textarea"), "set aside");
});

test("I8 a reply, half written, outlives a reload, and so does what it answers, however far back by then", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const group = page.getByRole("group", { name: "Replying" });
  await say(page, "a question");
  await shows(page, ["a question"]);
  await page.locator(".row").hover();
  await page.getByRole("button", { name: "Reply" }).click();
  await page.fill("textarea", "an ans");
  await page.waitForFunction(() => Object.values(localStorage).includes("an ans"));
  await page.reload();
  await group.getByText("a question").waitFor();
  assert.equal(await page.inputValue("textarea"), "an ans");
  const bo = await connect(server.socket("standup"), { key: newKey(), name: "Bo" });
  for (let count = 0; count < 200; count += 1) {
    // Many and tall ones: else what is answered is near enough to be fetched along.
    bo.send({ action: "message", ref: `m${count}`, message: `line ${count}${"\n.".repeat(9)}` });
    await bo.until("ack");
  }
  await page.locator(".row", { hasText: "line 199" }).waitFor();
  await page.reload();
  await group.getByText("An earlier message").waitFor();
  await isWelcomed(page);
  await page.locator("textarea").pressSequentially("wer");
  await page.keyboard.press("Enter");
  await group.waitFor({ state: "detached" });
  const answer = page.locator(".row", { hasText: "answer" });
  await answer.getByRole("button", { name: "In reply to" }).click();
  await page.locator(".row[data-found]", { hasText: "a question" }).waitFor();
  await page.reload();
  await isWelcomed(page);
  assert.deepEqual(
    [await group.count(), await page.inputValue("textarea")],
    [0, ""],
    "said, so no longer kept",
  );
});

test("rich text is pasted as the plain text it has; the field grows to eight lines, then scrolls", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.evaluate(async () => {
    const of = (type: string, text: string) => ({ [type]: new Blob([text], { type }) });
    const rich = { ...of("text/html", "<b>bold</b> <i>words</i>"), ...of("text/plain", "bold words") };
    await navigator.clipboard.write([new ClipboardItem(rich)]);
  });
  await page.focus("textarea");
  await page.keyboard.press("Control+V");
  assert.equal(await page.inputValue("textarea"), "bold words");
  const heightOf = async (lines: number) => {
    await page.fill("textarea", Array.from({ length: lines }, (_, at) => `line ${at}`).join("\n"));
    return (await page.locator(".field").boundingBox())?.height ?? 0;
  };
  const [one, eight, twenty] = [await heightOf(1), await heightOf(8), await heightOf(20)];
  assert.ok(eight >= one + 7 * 24 - 12, `${one} ${eight}`);
  assert.equal(twenty, eight);
});

test("what is offered while one writes suits everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana Lund" });
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  const name = (await page.locator(".who b").textContent()) ?? "";
  ana.send({ action: "message", ref: "m1", message: `/me waves at @${name}` });
  await page.locator(".row.is-me").waitFor();
  await say(page, "@Ana Lund, look");
  ana.send({ action: "message", ref: "m2", message: `@${name} and @Ana Lund` });
  await page.locator(".text .name", { hasText: "@Ana Lund" }).nth(1).waitFor();
  for (const width of [1440, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const typed of ["@", ":hear", "/"]) {
      await page.fill("textarea", "");
      await page.locator("textarea").pressSequentially(typed);
      await chosen(page).waitFor();
      await suitsEverybody(page, `${typed} at ${width} px`);
    }
  }
  assert.deepEqual(visitor.problems, []);
});

test("the emoji suit everybody, and leave room for a finger", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.setViewportSize({ width: 320, height: 800 });
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByRole("button", { name: "octopus" }).waitFor({ state: "attached" });
  assert.deepEqual(await overflowing(page), []);
  const cell = await page.locator(".cell").first().boundingBox();
  assert.ok(cell !== null && cell.width >= 44 && cell.height >= 44);
  // A few of them, since all take a minute to look at.
  await page.locator(".picker input").fill("heart");
  await page.getByRole("button", { name: "octopus" }).waitFor({ state: "detached" });
  await suitsEverybody(page, "some emoji");
});
