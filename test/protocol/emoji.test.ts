import assert from "node:assert/strict";
import { test } from "node:test";
import { isEmoji } from "../../src/protocol/emoji.ts";

test("one emoji as a person sees it is one, however many characters it is made of", () => {
  const longest = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
  for (const emoji of ["👍", "❤️", "☺", "1️⃣", "🇩🇪", "👩🏽‍🚀", "👨‍👩‍👧‍👦", longest]) assert(isEmoji(emoji), emoji);
});

test("words, digits, several at once and endless ones are none", () => {
  for (const text of ["", " ", "a", "1", "#", "é", "👍👍", "👍a", " 👍", "ok", "\u200d", "©a"])
    assert(!isEmoji(text), text);
  const joined = (people: number): string => Array<string>(people).fill("👩").join("\u200d");
  assert.equal(new TextEncoder().encode(joined(5)).length, 32);
  assert(isEmoji(joined(5)));
  assert(!isEmoji(joined(6)));
});
