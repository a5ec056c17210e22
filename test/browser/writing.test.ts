import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, readCommand } from "../../src/browser/commands.ts";
import { codeBefore, isNamed, tokenAt } from "../../src/browser/completion.ts";
import { findEmoji, readEmoji, toned } from "../../src/browser/emoji.ts";
import { mentions, splitMentions } from "../../src/browser/mentions.ts";
import { isEmoji } from "../../src/protocol/emoji.ts";
import { sayable } from "../../src/browser/sayable.ts";
import { emojiRows } from "../../src/web/emoji-rows.ts";

test("a text addresses somebody by an @ and their whole name, in any case, outside of code", () => {
  for (const text of [
    "@Teal Otter",
    "hi @teal otter!",
    "(@Teal Otter)",
    "**@Teal Otter** hm",
    "@Teal Otter's",
    "> @Teal Otter",
  ])
    assert.equal(mentions(text, "Teal Otter"), true, text);
  for (const text of [
    "Teal Otter",
    "@Teal Otters",
    "a@Teal Otter",
    "@Teal",
    "`@Teal Otter`",
    "```\n@Teal Otter\n```",
    "@Teal Otter-Fan",
  ])
    assert.equal(mentions(text, "Teal Otter"), false, text);
  assert.equal(mentions("@王伟你好", "王伟"), true);
  assert.equal(mentions("@a.b", "a+b"), false);
  assert.equal(mentions("@a.b (x)?", "a.b (x)"), true);
  assert.equal(mentions("@", ""), false);
});

test("a name may hold any sign there is on a keyboard: whoever has it can be addressed, and nobody else is", () => {
  for (let code = 0x21; code < 0x7f; code += 1) {
    const name = `Jo${String.fromCharCode(code)}an`;
    assert.equal(mentions(`hi @${name}, look`, name), true, name);
    assert.equal(mentions("@Johan, look", name), name.toLowerCase() === "johan", name);
  }
  assert.equal(mentions("@Jean-Luc, look", "Jean-Luc"), true);
});

test("mentions are taken out of a text in order, one's own and those of whoever is known, and nothing is lost", () => {
  const others = new Map([
    ["ana", "u1"],
    ["ana lund", "u2"],
    ["bo", "u0"],
  ]);
  const split = (text: string, name = "Bo") =>
    splitMentions(text, { name, others }).map((piece) =>
      piece.whose === "nobody"
        ? piece.text
        : piece.whose === "mine"
          ? `[${piece.text}]`
          : `${piece.uid}(${piece.text})`,
    );
  assert.deepEqual(split("a @Bo b @bo"), ["a ", "[@Bo]", " b ", "[@bo]"]);
  assert.deepEqual(split("@ANA, @Bo and @Ana Lund!"), [
    "u1(@ANA)",
    ", ",
    "[@Bo]",
    " and ",
    "u2(@Ana Lund)",
    "!",
  ]);
  assert.deepEqual(split("@Anatol a@ana @@ana @Cy", ""), ["@Anatol a@ana @@ana @Cy"]);
  assert.deepEqual(split("@Ana Lundgren", ""), ["u1(@Ana)", " Lundgren"]);
});

test("what cannot be seen is not said, alone; within words it stays", () => {
  for (const nothing of ["", " \n ", "\u200b\u200b", "\u00ad", "\u2800", "\u3164 \ufe0f", "\u202e"]) {
    assert.equal(sayable(nothing), "", JSON.stringify(nothing));
  }
  for (const words of ["a\u200bb", "👩‍💻", "❤️", ".", "é"]) assert.equal(sayable(words), words);
});

test("a slash command does what it says, and one that is none is not sent", () => {
  const said = (text: string) => {
    const command = readCommand(text);
    return command.kind === "say" ? command.text : command.kind;
  };
  assert.equal(said("hello"), "hello");
  assert.equal(said("/me waves"), "/me waves");
  assert.equal(said("/ME  waves"), "/me waves");
  assert.equal(said("/shrug"), String.raw`¯\_(ツ)_/¯`);
  assert.equal(said("/shrug who knows"), String.raw`who knows ¯\_(ツ)_/¯`);
  assert.equal(said("//shrug"), "/shrug");
  assert.equal(said("/usr/bin is a path"), "/usr/bin is a path");
  assert.equal(said("/ alone"), "/ alone");
  assert.equal(said("/nmae Ana"), "unknown");
  assert.equal(said("/me"), "incomplete");
  assert.equal(said("/name \u202eAna"), "not-a-name");
  assert.deepEqual(readCommand("/name  Ana  Bo "), { kind: "rename", name: "Ana Bo" });
  assert.deepEqual(readCommand("/search a needle"), { kind: "search", words: "a needle" });
  assert.equal(said("/help"), "help");
});

test("what begins with /me is what its writer does; two slashes say just that", () => {
  assert.equal(actionOf("/me waves"), "waves");
  for (const text of ["/me", "/me ", "/men", "x /me waves"]) assert.equal(actionOf(text), undefined, text);
  const command = readCommand("//me waves");
  assert.ok(command.kind === "say" && command.text.includes("/me waves"));
  assert.equal(actionOf(command.text), undefined);
});

test("the word before the caret is completed by its sign", () => {
  const token = (text: string) => tokenAt(text, text.length);
  assert.deepEqual(token("hi @te"), { kind: "person", from: 3, query: "te" });
  assert.deepEqual(token("hi @"), { kind: "person", from: 3, query: "" });
  assert.deepEqual(token("@Teal O"), { kind: "person", from: 0, query: "Teal O" });
  assert.deepEqual(token("so :hea"), { kind: "emoji", from: 3, query: "hea" });
  assert.deepEqual(token("/na"), { kind: "command", from: 0, query: "na" });
  for (const text of ["a@b", "10:30", "at :30", ":h", "x :) y", "say /na", "/name x", "http://x", "@@"])
    assert.equal(token(text), undefined, text);
  assert.equal(tokenAt("@te", 0), undefined);
  assert.deepEqual(codeBefore("x :heart:", 9), { from: 2, code: "heart" });
});

test("a name is found by the beginning of any of its words, with or without its accents", () => {
  for (const query of ["", "ch", "chloe", "March", "chloé m"])
    assert.ok(isNamed("Chloé Marchand", query), query);
  for (const query of ["hloe", "x"]) assert.ok(!isNamed("Chloé Marchand", query), query);
});

test("emoji are found by their code, their name and what they are about, the likeliest first", () => {
  const all = readEmoji(emojiRows("en"));
  const first = (query: string) => findEmoji(all, query, 1)[0]?.char;
  assert.equal(first("heart"), "❤️");
  // The very reaction that is at hand beside every message.
  assert.equal(first("+1"), "👍");
  assert.equal(first("tada"), "🎉");
  assert.equal(first("red heart"), "❤️");
  assert.equal(findEmoji(all, "qqqq").length, 0);
  // A face typed as ever, and Enter, says that face.
  assert.equal(findEmoji(all, "DD").length, 0);
  assert.equal(findEmoji(readEmoji(emojiRows("de")), "herz").length > 5, true);
});

test("every emoji that can be picked is one that a room takes as a reaction, in every tone", () => {
  for (const emoji of readEmoji(emojiRows("en"))) {
    for (let tone = 0; tone < 6; tone += 1) assert.ok(isEmoji(toned(emoji, tone)), emoji.name);
  }
});
