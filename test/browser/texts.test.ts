import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { english, type Texts } from "../../src/browser/texts/english.ts";
import { german } from "../../src/browser/texts/german.ts";
import { grammarOf } from "../../src/browser/texts/grammar.ts";
import { textsFor } from "../../src/browser/texts/texts.ts";
import { errorCodes } from "../../src/protocol/error-codes.ts";
import { TestBrowser } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { say, shows } from "./room-page.ts";

const source = join(import.meta.dirname, "..", "..", "src", "browser");

/** Attributes and properties that somebody reads or hears. */
const isRead =
  /^(?:aria-(?:label|description|placeholder|roledescription|valuetext)|title|placeholder|alt|label|name|note|what)$/;
const aWord = /\p{L}{2,}/u;
/** How a sentence or a heading begins: "The server…", "It’s…". */
const aPhrase = /^\p{Lu}\p{Ll}*[’']?\p{Ll}*[ .,:…?!](?:$|[\p{L}\d(“{$])/u;
/** An icon's name, and what stands on a key of the keyboard. */
const namesThings = /^(?:Icon|kbd)$/;

function literalsLeft(path: string, text: string): string[] {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const found: string[] = [];
  /** @param wanted what a text must not hold here */
  const visit = (node: ts.Node, wanted: RegExp): void => {
    if (ts.isTypeNode(node) || isNamingThings(node)) return;
    if (ts.isJsxText(node) || ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) {
      if ((ts.isJsxText(node) ? aWord : wanted).test(node.text))
        found.push(`${path}: ${node.getText().trim()}`);
    }
    if (ts.isJsxAttribute(node)) {
      const { initializer } = node;
      if (initializer !== undefined) visit(initializer, isRead.test(node.name.getText()) ? aWord : aPhrase);
      return;
    }
    const isShown = ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent);
    // What is compared or handed on is not what is shown.
    const isLogic = ts.isCallExpression(node) || ts.isBinaryExpression(node) || ts.isArrowFunction(node);
    ts.forEachChild(node, (child) => visit(child, isShown ? aWord : isLogic ? aPhrase : wanted));
  };
  visit(tree, aPhrase);
  return found;
}

function isNamingThings(node: ts.Node): boolean {
  if (ts.isJsxSelfClosingElement(node)) return namesThings.test(node.tagName.getText());
  return ts.isJsxElement(node) && namesThings.test(node.openingElement.tagName.getText());
}

test("no word that somebody reads is written anywhere but in the texts", () => {
  const paths = globSync("**/*.{ts,tsx}", { cwd: source }).filter((path) => !path.startsWith("texts/"));
  assert.ok(paths.length > 50);
  assert.deepEqual(
    paths.flatMap((path) => literalsLeft(path, readFileSync(join(source, path), "utf8"))),
    [],
  );
});

test("the check finds words in every place they can stand", () => {
  const text = `
    const a = <p title="Close" class="one two">Some words</p>;
    const b = <p aria-label={is ? "Open" : texts.close}>{is ? "Yes" : texts.no}</p>;
    const c = () => new Error("The server is gone.");
    const d = \`Not sent. \${reason}\`;
    const e = <p class={is ? "big one" : ""}>{key === "Enter" ? 1 : element.closest("a, button")}</p>;
  `;
  assert.deepEqual(
    literalsLeft("x.tsx", text).map((found) => found.replace("x.tsx: ", "")),
    [`"Close"`, "Some words", `"Open"`, `"Yes"`, `"The server is gone."`, "`Not sent. ${"],
  );
});

test("names are shown in one way only, so that none turns its sentence around or is translated", () => {
  const paths = globSync("**/*.tsx", { cwd: source }).filter((path) => path !== "name.tsx");
  assert.deepEqual(
    paths.filter((path) => readFileSync(join(source, path), "utf8").includes("<bdi")),
    [],
  );
});

/** Every text by its name: what it says, or that it is said of something. */
function leaves(value: object, path = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const name = path + key;
    if (name === "trouble.refusals") return [];
    return typeof each === "object" && each !== null ? leaves(each, `${name}.`) : [[name, each]];
  });
}

const languages: readonly Texts[] = [
  english("en-GB", grammarOf("en-GB")),
  german("de-AT", grammarOf("de-AT")),
];

test("every language has the same texts, none of them empty, and says what it is asked to say", () => {
  const [first = [], ...others] = languages.map((texts) => leaves(texts));
  assert.ok(first.length > 80);
  for (const other of others) {
    assert.deepEqual(
      other.map(([name]) => name),
      first.map(([name]) => name),
    );
    assert.deepEqual(
      other.map(([name, text]) => [name, typeof text]),
      first.map(([name, text]) => [name, typeof text]),
    );
  }
  for (const texts of languages) {
    for (const [name, text] of leaves(texts)) {
      if (typeof text === "string") assert.notEqual(text.trim(), "", name);
    }
    assert.match(texts.reading.people(["Ana", "Bo"], 1234), /^Ana, Bo .*1[.,\s\u202f\u00a0]?234/);
    assert.match(texts.writing.typing("Ana", 1), /Ana/);
  }
});

test("a language other than English has words of its own for whatever the server may refuse a person", () => {
  const refusals = languages[1]?.trouble.refusals ?? {};
  /** What only a program can do wrong. */
  const forPrograms = /^(?:bad_(?:json|frame|key)|unknown_action)$/;
  const missing = Object.entries(errorCodes).filter(
    ([code, words]) => !forPrograms.test(code) && !words.startsWith("HTTP: ") && !(code in refusals),
  );
  assert.deepEqual(missing, []);
});

test("numbers and plurals are those of the language", () => {
  const [en, de] = languages;
  assert.equal(en?.room.people.here(1234), "1,234 here");
  assert.equal(de?.reading.people(["Ana"], 1), "Ana und 1 weitere Person");
  assert.equal(en.reading.people(["Ana"], 2), "Ana and 2 others");
  assert.equal(en.reading.people(["Ana"], 1), "Ana and 1 other");
});

test("the first language of the reader that there is is spoken, as it is written where they live", async () => {
  const localeFor = async (...wanted: string[]) => (await textsFor(wanted)).locale;
  assert.equal(await localeFor("fr-CH", "de-CH", "en"), "de-CH");
  assert.equal(await localeFor("en-US", "de"), "en-US");
  assert.equal(await localeFor("deu"), "en-GB");
  assert.equal(await localeFor(), "en-GB");
});

test("a German reader gets the page in German, and nobody else fetches it", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const ours = await browser.visitor({ locale: "de-AT" });
  const page = await ours.open(`${server.url}/r/runde`);
  await page.getByPlaceholder("Sag das Erste").waitFor();
  await page.getByRole("button", { name: "Nur du" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de-AT");
  await say(page, "Grüß dich");
  await shows(page, ["Grüß dich"]);
  await page.getByRole("heading", { name: "Heute" }).waitFor();
  await page.getByRole("log", { name: "Nachrichten" }).waitFor();
  const theirs = await (await browser.visitor({ locale: "en-US" })).open(`${server.url}/r/runde`);
  await theirs.getByRole("heading", { name: "Today" }).waitFor();
  assert.equal(await theirs.evaluate(() => document.documentElement.lang), "en-US");
  const fetched = await theirs.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name),
  );
  assert.deepEqual(
    fetched.filter((name) => name.includes("german")),
    [],
  );
  assert.deepEqual(ours.problems, []);
});
