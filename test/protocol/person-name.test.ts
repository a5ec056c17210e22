import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hueOf, hues, normalName, suggestedName } from "../../src/protocol/person-name.ts";
import { codePoints, isStorable } from "../../src/protocol/text.ts";

for (const [spelling, name] of [
  ["Ana", "Ana"],
  ["  Ana  ", "Ana"],
  ["Ana \u00a0 María", "Ana María"],
  ["Ana\u3000Mari\u0301a", "Ana María"],
  ["👩🏽‍🚀", "👩🏽‍🚀"],
  ["می‌خواهم", "می‌خواهم"],
  ["هند", "هند"],
  ["!", "!"],
  ["x".repeat(32), "x".repeat(32)],
  ["😀".repeat(32), "😀".repeat(32)],
] as const) {
  test(`${JSON.stringify(spelling)} is the name ${JSON.stringify(name)}`, () => {
    assert.equal(normalName(spelling), name);
  });
}

for (const [what, spelling] of [
  ["nothing", ""],
  ["spaces", " \u00a0\u3000 "],
  ["33 characters", "x".repeat(33)],
  ["a line break inside", "Ana\nMaría"],
  ["a tabulator inside", "Ana\tMaría"],
  ["NUL", "A\0na"],
  ["escape", "\x1b[31mAna"],
  ["a control character of Latin 1", "Ana\x85"],
  ["a line separator", "Ana\u2028María"],
  ["half a character", "Ana\ud83d"],
  ["a right-to-left override", "Ana\u202egnp"],
  ["a right-to-left mark", "Ana\u200f"],
  ["an isolate", "\u2067Ana\u2069"],
  ["an Arabic letter mark", "Ana\u061c"],
  ["a byte order mark", "\ufeffAna"],
  ["tag characters", "Ana\u{e0041}"],
  ["joiners alone", "\u200d\u200c\u200b"],
  ["a soft hyphen alone", "\u00ad"],
  ["a combining mark alone", "\u0301"],
  ["the Hangul filler", "\u3164"],
  ["the half-width Hangul filler and spaces", " \uffa0 "],
  ["Hangul without a syllable", "\u115f\u1160"],
  ["an empty Braille pattern", "\u2800"],
] as const) {
  test(`${what} is no name`, () => {
    assert.equal(normalName(spelling), undefined);
  });
}

test("whatever is typed: no name, or one of 1 to 32 characters that stays itself", () => {
  const typed = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(typed, (spelling) => {
      const name = normalName(spelling);
      if (name === undefined) return;
      assert(isStorable(name) && codePoints(name) >= 1 && codePoints(name) <= 32);
      assert.equal(name, name.trim().normalize("NFC"));
      assert.equal(normalName(name), name);
    }),
    { numRuns: 2_000 },
  );
});

test("everybody has a name and a colour to begin with, the same wherever it is made", () => {
  assert.equal(suggestedName("aaaaaaaaaaaaaaaa"), suggestedName("aaaaaaaaaaaaaaaa"));
  fc.assert(
    fc.property(fc.string(), (uid) => {
      const name = suggestedName(uid);
      assert.equal(normalName(name), name);
      assert.equal(name.split(" ")[0], hues[hueOf(uid)]);
    }),
  );
});

test("two people rarely begin with one name: there are 384", () => {
  const names = new Set(Array.from({ length: 20_000 }, (_, at) => suggestedName(`uid ${at}`)));
  assert.equal(names.size, hues.length * 32);
});
