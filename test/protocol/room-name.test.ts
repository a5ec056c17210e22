import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  canonicalRoomName,
  lobby,
  nearestRoomName,
  roomNameFromPath,
  roomNameFromSegment,
} from "../../src/protocol/room-name.ts";
import { codePoints } from "../../src/protocol/text.ts";

test("a room may be named in any script", () => {
  for (const name of ["standup", "büro", "комната", "غرفة", "हिन्दी", "ที่นี่", "தமிழ்", "天気", "방", "0-day_2"]) {
    assert.equal(canonicalRoomName(name.normalize("NFKC")), name.normalize("NFKC"), name);
  }
});

test("spellings that look the same or differ in case are one room", () => {
  for (const [spelling, name] of [
    ["Standup", "standup"],
    ["ＲＯＯＭ", "room"],
    ["cafe\u0301", "café"],
    ["\u1112\u1161\u11ab", "한"],
    ["ﬁle", "file"],
    ["İ", "i̇"],
    ["ẞ", "ß"],
    ["ΟΔΟΣ", "οδος"],
  ]) {
    assert.equal(canonicalRoomName(spelling ?? ""), name);
  }
});

test("what names no room is told which one may have been meant, if any", () => {
  for (const [spelling, meant] of [
    ["team stand up!", "team-stand-up"],
    ["#General", "general"],
    ["-a_", "a"],
    ["a.b/c", "a-b-c"],
    ["Straße 9, Köln", "straße-9-köln"],
    ["a".repeat(80), "a".repeat(64)],
    ["\ud83d", undefined],
    ["!!", undefined],
    ["", undefined],
  ]) {
    assert.equal(nearestRoomName(spelling ?? ""), meant, spelling);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (spelling) => {
      const meant = nearestRoomName(spelling);
      if (meant !== undefined) assert.equal(canonicalRoomName(meant), meant);
    }),
  );
});

test("nothing else names a room", () => {
  for (const text of [
    "",
    " ",
    "-a",
    "_a",
    "\u0301a",
    ".",
    "..",
    "a.b",
    "a b",
    "a/b",
    "a\\b",
    "a%41",
    "a\0",
    "a\n",
    "a\u202eb",
    "a\u200db",
    "😀",
    "a😀",
    "\ud800",
    "a\udfff",
    "½",
    "a#",
    "a?",
    "a:b",
  ]) {
    assert.equal(canonicalRoomName(text), undefined, JSON.stringify(text));
  }
});

test("64 characters are counted as code points of the canonical spelling", () => {
  assert.equal(canonicalRoomName("a".repeat(64)), "a".repeat(64));
  assert.equal(canonicalRoomName("a".repeat(65)), undefined);
  assert.equal(canonicalRoomName("𝒳".repeat(64)), "x".repeat(64));
  assert.equal(canonicalRoomName("𐐷".repeat(64)), "𐐷".repeat(64));
  assert.equal(canonicalRoomName("𐐷".repeat(65)), undefined);
  // One character that NFKC writes out as 18, spaces among them.
  assert.equal(canonicalRoomName("ﷺ"), undefined);
  // ﬃ becomes three letters, a decomposed syllable one.
  assert.equal(canonicalRoomName("ﬃ".repeat(22)), undefined);
  assert.equal(canonicalRoomName("\u1112\u1161\u11ab".repeat(64)), "한".repeat(64));
});

test("every character alone and after a letter has a canonical spelling that stays", () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    for (const spelling of [character, `a${character}`]) {
      const name = canonicalRoomName(spelling);
      if (name !== undefined) assert.equal(canonicalRoomName(name), name, code.toString(16));
    }
  }
});

const telling = Array.from("aB9_-İΣςﬃｱ゙é\u0301\u0345\u0308ẞ𐐏ǅ한\u1112\u1161\u11ab");
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.string({ unit: fc.constantFrom(...telling), maxLength: 70 }).map((text) => `a${text}`),
);

test("a canonical name is its own spelling, in a URL too, and within bounds", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = canonicalRoomName(text);
      if (name === undefined) return;
      assert.equal(canonicalRoomName(name), name);
      assert.equal(roomNameFromSegment(encodeURIComponent(name)), name);
      assert.equal(roomNameFromPath(`/r/${encodeURIComponent(text)}`), name);
      assert.ok(codePoints(name) >= 1 && codePoints(name) <= 64);
      assert.doesNotMatch(name, /[/?#%.\s]/);
    }),
  );
});

test("no segment is too strange to answer", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (segment) => void roomNameFromSegment(segment)));
});

test("a segment is percent-decoded once", () => {
  assert.equal(roomNameFromSegment("caf%C3%A9"), "café");
  assert.equal(roomNameFromSegment("%46oo"), "foo");
  for (const segment of ["%2546oo", "%zz", "%", "%C3", "%2F", "a%2Fb", "..", "%2e%2e", "a%00", "%ED%A0%80"]) {
    assert.equal(roomNameFromSegment(segment), undefined, segment);
  }
});

test("a path names the lobby, a room, or nothing", () => {
  assert.equal(roomNameFromPath("/"), lobby);
  assert.equal(roomNameFromPath("/r/Foo"), "foo");
  assert.equal(roomNameFromPath("/r/foo/"), "foo");
  for (const path of [
    "",
    "/r",
    "/r/",
    "/r//",
    "/R/foo",
    "//r/foo",
    "/r/foo//",
    "/r/foo/bar",
    "/x",
    "/r/foo?x",
  ]) {
    assert.equal(roomNameFromPath(path), undefined, path);
  }
});
