import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { textFrame } from "../../src/websocket/frame.ts";

/** RFC 6455 §5.2, for whole unmasked text frames. */
function read(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes[at], 0x81, "FIN and opcode 1");
    const short = bytes.readUInt8(at + 1);
    const [length, start] =
      short < 126
        ? [short, at + 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), at + 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), at + 10];
    assert(length >= 126 || start === at + 2, "the shortest form");
    assert(length >= 65_536 || start <= at + 4, "the shortest form");
    texts.push(bytes.toString("utf8", start, start + length));
    at = start + length;
  }
  return texts;
}

for (const length of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
  test(`a text of ${length} bytes is one whole frame`, () => {
    assert.deepEqual(read(textFrame("x".repeat(length))), ["x".repeat(length)]);
  });
}

test("a frame holds no memory but its own, so that what is kept of a room costs what it counts (I6)", () => {
  for (const length of [1, 100, 1_000, 100_000]) {
    const frame = textFrame("x".repeat(length));
    assert(frame.buffer.byteLength < length + 100, `${frame.buffer.byteLength} bytes for ${length}`);
  }
});

test("any texts, their frames joined back to back, are read as they were", () => {
  const anyText = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      assert.deepEqual(read(Buffer.concat(texts.map(textFrame))), texts);
    }),
  );
});
