import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { markdownLine, markdownQuote } from "../../src/web/markdown-text.ts";

test("plain words stay as they are", () => {
  const text = "Shall we meet at 10:30? (Room 2.) It's 5% off, a@b.example, 1.5 – 2, “quoted”, 天気 🎉";
  assert.equal(markdownLine(text), text);
  assert.equal(markdownQuote(text), `> ${text}\n`);
});

test("markup is shown, not obeyed", () => {
  for (const [text, line] of [
    ["**bold** _it_ `code` ~~no~~", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~"],
    ["<script>alert(1)</script> &lt;", "\\<script\\>alert(1)\\</script\\> \\&lt;"],
    ["![x](http://tracker.example/p.png)", "!\\[x\\](http://tracker.example/p.png)"],
    ["a\\", "a\\\\"],
    ["# not a heading", "\\# not a heading"],
    ["- not a list", "\\- not a list"],
    ["1. not a list", "1\\. not a list"],
    ["12) neither", "12\\) neither"],
    ["---", "\\---"],
    ["| no | table |", "\\| no \\| table \\|"],
    ["    not code", "\u00a0\u00a0\u00a0\u00a0not code"],
    ["\tnot code", "\u00a0\u00a0\u00a0\u00a0not code"],
    ["\u001b[31mred", "\ufffd\\[31mred"],
  ] as const) {
    assert.equal(markdownLine(text), line);
  }
});

test("a quote keeps the text's lines, and an empty text is an empty quote", () => {
  assert.equal(markdownQuote("a\n\nb\r\nc\n"), "> a\n>\n> b  \n> c\n>\n");
  assert.equal(markdownQuote("a\n> b"), "> a  \n> \\> b\n");
  assert.equal(markdownQuote(""), ">\n");
});

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f", " ", "\t", "\0", "\u001b"),
    fc.constantFrom(
      "#",
      "-",
      "+",
      "=",
      "*",
      "_",
      "`",
      "[",
      "]",
      "<",
      ">",
      "&",
      "|",
      "~",
      "\\",
      "1.",
      "2)",
      "a",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;

test("I9 no text leaves its quote, and no name its line", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const quote = markdownQuote(text);
      assert.ok(quote.endsWith("\n"));
      for (const line of quote.slice(0, -1).split(lineEnds)) assert.match(line, /^>(?: |$)/);
      assert.doesNotMatch(markdownLine(text), lineEnds);
    }),
  );
});

test("I9 whatever could begin markup is escaped", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const unescaped = markdownLine(text).replace(/\\[\\`*_[\]<>&~|$#+=.)-]/g, "e");
      assert.doesNotMatch(unescaped, /[\\`*_[\]<>&~|$]/);
      assert.doesNotMatch(unescaped, /^(?:[#+=-]| {1,4}\S|\d{1,9}[.)])/);
      assert.doesNotMatch(unescaped, /\p{Cc}/u);
    }),
  );
});
