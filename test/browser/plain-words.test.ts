import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLine, plainWords } from "../../src/browser/plain-words.ts";

test("told in a line a message is its first words, without the marks that set them", () => {
  const lines: readonly (readonly [text: string, told: string])[] = [
    ["**bold** and `code`", "bold and code"],
    ["```js\nconst x = 1;\n```", "const x = 1;"],
    ["- item one\n- two", "item one"],
    ["1. > deep\n2. two", "deep"],
    ["[the words](https://example.com/a)", "the words"],
    ["/me waves\nand goes", "waves"],
    ["> what you said\nmy answer", "my answer"],
    ["> nothing but quoted", "nothing but quoted"],
    ["2 * 3 * 4", "2 * 3 * 4"],
  ];
  for (const [text, told] of lines) assert.equal(firstLine(text), told);
});

test("a line ends before it is a page, and between whole characters", () => {
  assert.equal(firstLine("w".repeat(250)), "w".repeat(250));
  assert.equal(firstLine("👍".repeat(4_000)), `${"👍".repeat(250)}…`);
});

test("told with room for more a message keeps its lines, and leaves out the empty ones", () => {
  assert.equal(plainWords("**Deployed**\n\n- one\n- two\n\n```\ncode\n```"), "Deployed\none\ntwo\ncode");
  assert.equal(plainWords("/me waves"), "waves");
});
