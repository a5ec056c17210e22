import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isolated, movesInWords, namesInWords, typingInWords } from "../../src/browser/names-in-words.ts";
import { timeWords } from "../../src/browser/time-words.ts";
import { isEmojiOnly, languageOf } from "../../src/browser/typesetting.ts";

test("up to three emoji alone are shown large", () => {
  for (const text of ["🎉", "👍🏽", "❤️", "👩‍👩‍👧", "🇩🇰", "🎉🎉🎉", "👍 👍", "☝🏽", "*️⃣", "👁️‍🗨️", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
    assert.equal(isEmojiOnly(text), true, text);
  for (const text of ["", "a", "🎉!", "🎉🎉🎉🎉", "1", "#", "*", "©", "🇩"])
    assert.equal(isEmojiOnly(text), false, text);
});

test("a text's script tells which glyphs it wants", () => {
  assert.deepEqual(["東京でも", "서울", "天气", "hello"].map(languageOf), ["ja", "ko", "zh", undefined]);
});

test("names make a sentence of any length", () => {
  assert.equal(namesInWords([]), "");
  assert.equal(namesInWords(["Ana"]), "Ana");
  assert.equal(namesInWords(["Ana", "Bo"]), "Ana and Bo");
  assert.equal(namesInWords(["Ana", "Bo", "Cy"]), "Ana, Bo and Cy");
  assert.equal(namesInWords(["Ana", "Bo", "Cy", "Di"]), "Ana, Bo and 2 others");
  assert.equal(typingInWords([]), "");
  assert.equal(typingInWords(["Ana"]), "Ana is typing");
  assert.equal(typingInWords(["Ana", "Bo"]), "Ana and Bo are typing");
  assert.equal(typingInWords(["Ana", "Bo", "Cy"]), "3 people are typing");
  assert.equal(movesInWords(["Ana"], []), "Ana joined");
  assert.equal(
    movesInWords(["Ana", "Bo", "Cy", "Di", "Ed"], ["Flo"]),
    "5 joined: Ana, Bo and 3 others · Flo left",
  );
});

test("a name of another direction leaves the sentence around it as it is", () => {
  assert.equal(movesInWords(["שלום", "Bo"], []), "\u2068שלום\u2069 and Bo joined");
  for (const name of ["عمر", "Ana שלום", "\u{1e900}"]) assert.equal(isolated(name), `\u2068${name}\u2069`);
  for (const name of ["Ana", "王伟", "नमस्ते", "👍"]) assert.equal(isolated(name), name);
});

test("times are short in the row and whole in its title, in the reader's zone", () => {
  const words = timeWords("en-GB", "Europe/Copenhagen");
  const at = Date.UTC(2024, 10, 22, 8, 41, 3);
  assert.equal(words.short(at), "09:41");
  assert.match(words.full(at), /Friday.*22 November 2024.*09:41:03/);
  // The hour that comes twice when clocks go back.
  const [once, again] = [0, 1].map((hour) => words.full(Date.UTC(2026, 9, 25, hour, 30)));
  assert.match(`${once} ${again}`, /02:30:00.*02:30:00/);
  assert.notEqual(once, again);
  assert.equal(timeWords("en-US", "UTC").shortest(Date.UTC(2024, 0, 1, 21, 5)), "9:05");
});

test("days are named from today, across the end of summer time and of the year", () => {
  const words = timeWords("en-GB", "Europe/Copenhagen");
  const now = Date.UTC(2024, 9, 27, 20);
  assert.equal(words.day(now, now), "Today");
  assert.equal(words.day(Date.UTC(2024, 9, 26, 21, 59), now), "Yesterday");
  assert.equal(words.day(Date.UTC(2024, 9, 26, 22, 1), now), "Today");
  assert.equal(words.day(Date.UTC(2024, 9, 24, 12), now), "Thursday 24 October");
  assert.match(words.day(Date.UTC(2023, 11, 31, 12), now), /31 December 2023/);
});

test("a day has one name, and begins at its midnight, in any zone and across any change of clocks", () => {
  const zones = [
    "Europe/Copenhagen",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
  ];
  const moment = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2026, 11, 31) });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      moment,
      fc.integer({ min: 0, max: 30 * 3_600_000 }),
      (zone, at, later) => {
        const words = timeWords("en-GB", zone);
        const date = (time: number) => new Date(time).toLocaleDateString("en-CA", { timeZone: zone });
        assert.equal(words.dayKey(at) === words.dayKey(at + later), date(at) === date(at + later));
        const daysAgo = Math.round((Date.parse(date(at + later)) - Date.parse(date(at))) / 86_400_000);
        const name = words.day(at, at + later);
        assert.equal(name, ["Today", "Yesterday"][daysAgo] ?? name);
        if (daysAgo > 1) assert.ok(!["Today", "Yesterday"].includes(name));
      },
    ),
    { numRuns: 300 },
  );
});
