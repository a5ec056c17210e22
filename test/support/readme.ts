/** What README shows, for tests to run it as it stands there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** The one block of this language. */
export function snippet(language: string): string {
  const blocks = [...readme.matchAll(new RegExp(`^\\x60{3}${language}\n([^]*?)^\\x60{3}$`, "gm"))];
  assert.equal(blocks.length, 1, `README has one block of ${language}`);
  return blocks[0]?.[1] ?? "";
}

/** With each text replaced that stands in it, and failing for one that does not. */
export function changed(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [from, to]) => {
    assert(before.includes(from), `README says ${from}`);
    return before.replaceAll(from, to);
  }, text);
}
