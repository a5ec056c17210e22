import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { beginningOf, codePoints, isStorable } from "../../src/protocol/text.ts";

test("length is counted in code points", () => {
  assert.equal(codePoints(""), 0);
  assert.equal(codePoints("aé天"), 3);
  assert.equal(codePoints("😀"), 1);
  assert.equal(codePoints("👩🏽‍🚀"), 4);
  assert.equal(
    codePoints("\u{10000}\u{103ff}\u{10fc00}\u{10ffff}"),
    4,
    "the first and last halves there are",
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) =>
      assert.equal(codePoints(text), Array.from(text).length),
    ),
  );
});

test("the beginning of a text is cut in whole code points, and a text that is short enough is left as it is", () => {
  assert.equal(beginningOf("👩👩👩", 2), "👩👩…");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(12), (text, most) => {
      const points = Array.from(text);
      const expected = points.length > most ? `${points.slice(0, most).join("")}…` : text;
      assert.equal(beginningOf(text, most), expected);
    }),
  );
});

test("a text with NUL or half a character cannot be kept", () => {
  for (const text of ["\0", "a\0b", "\ud800", "\udc00\ud800", "a\udfff"]) assert(!isStorable(text));
});

test("any other text can, and comes back from its bytes as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(isStorable(text), !text.includes("\0"));
      assert.equal(Buffer.from(text).toString(), text);
    }),
  );
});
