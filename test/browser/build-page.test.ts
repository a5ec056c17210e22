import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { buildPage } from "../../src/web/build-page.ts";
import { temporaryFolder } from "../support/server.ts";

test("a build leaves a manifest, the files it names, and nothing of older builds", async (t) => {
  const folder = temporaryFolder(t);
  const older = [
    "page-AAAAAAAA.js",
    "page-AAAAAAAA.js.map",
    "page-BBBBBBBB.css",
    "qr-CCCCCCCC.js",
    "service-worker-DDDDDDDD.js",
  ];
  for (const name of [...older, "keep.txt"]) await writeFile(join(folder, name), "");
  await buildPage(folder);
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Record<
    string,
    string
  >;
  const { "page.js": script = "", "page.css": style = "", "qr.js": code = "" } = manifest;
  const { "parts.css": laterStyle = "" } = manifest;
  const { "german.js": german = "", "service-worker.js": worker = "" } = manifest;
  assert.match(script, /^page-[A-Z0-9]{8}\.js$/);
  assert.match(style, /^page-[A-Z0-9]{8}\.css$/);
  assert.match(code, /^qr-[A-Z0-9]{8}\.js$/);
  const { "share-dialog.js": dialog = "" } = manifest;
  const loads = async (from: string, later: string): Promise<boolean> =>
    (await readFile(join(folder, from), "utf8")).includes(`import("./${later}")`);
  assert.ok(await loads(script, german), "a language is loaded when it is read");
  assert.ok(await loads(script, dialog), "a dialog is loaded when it is opened");
  assert.ok(await loads(dialog, code), "and what it needs with it");
  const says = async (name: string, words: string): Promise<boolean> =>
    (await readFile(join(folder, name), "utf8")).includes(words);
  assert.ok(await says(script, `"./${laterStyle}"`), "and how it looks");
  for (const part of [".panel-head", ".hit", ".picker-body", ".share-in", ".do-line", ".keys", ".wall"]) {
    assert.deepEqual([await says(style, part), await says(laterStyle, part)], [false, true], part);
  }
  assert.match(worker, /^service-worker-[A-Z0-9]{8}\.js$/);
  const opened = await readFile(join(folder, worker), "utf8");
  for (const name of [script, style, laterStyle, code])
    assert.ok(opened.includes(`"${name}"`), "opens without a server");
  const mapped = Object.values(manifest).filter((name) => name !== worker);
  const expected = [...mapped.flatMap((name) => [name, `${name}.map`]), worker];
  assert.deepEqual((await readdir(folder)).sort(), [...expected, "keep.txt", "manifest.json"].sort());
});

test("the same source has the same names, so browsers keep what they have", async (t) => {
  const [one, other] = [temporaryFolder(t), temporaryFolder(t)];
  await Promise.all([buildPage(one), buildPage(other)]);
  const read = (folder: string) => readFile(join(folder, "manifest.json"), "utf8");
  assert.equal(await read(one), await read(other));
});

test("what the page lends its parts is what the build takes from it", async () => {
  const read = (path: string) => readFile(join(import.meta.dirname, "../../src", path), "utf8");
  const table = /const lent[^{]*\{([^]*?)\n\};/.exec(await read("web/build-page.ts"))?.[1] ?? "";
  const given = await read("browser/lent.ts");
  const rows = [...table.matchAll(/"(.+)": \[(.+)\]/g)];
  assert.ok(rows.length >= 5);
  for (const [, path = "", names = ""] of rows) {
    const lent = `"${path}": { ${names.replaceAll('"', "")} }`;
    assert.ok(given.includes(path === "texts/texts.ts" ? "get texts()" : lent), lent);
  }
});
