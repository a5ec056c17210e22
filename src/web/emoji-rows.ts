/**
 * The emoji people can pick, one a line: the emoji, its name, its short codes, what else it is found by, and its group,
 * with a "+" where it comes in skin tones. Made from emojibase, newest ones left out: few machines can draw them.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Entry {
  readonly hexcode: string;
  readonly emoji: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly order?: number;
  readonly version: number;
  readonly skins?: readonly { readonly emoji: string }[];
}

const newestVersion = 15;
/** Skin tones and hair by themselves. */
const components = 2;
const tones = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/** @param language as emojibase's folders are called; short codes are the same in all of them */
export function emojiRows(language: string): string {
  const codes = read("en/shortcodes/github.json") as Readonly<Record<string, string | readonly string[]>>;
  const entries = read(`${language}/data.json`) as readonly Entry[];
  return entries
    .filter(({ group, version }) => group !== undefined && group !== components && version <= newestVersion)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((entry) => row(entry, [codes[entry.hexcode] ?? []].flat()))
    .join("\n");
}

function row(entry: Entry, codes: readonly string[]): string {
  const { label, tags = [], group = 0, skins = [] } = entry;
  // A picture by itself needs no sign that it is one; with it, it would be another reaction than without.
  const emoji = entry.emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");
  const isToned = skins.length === tones.length && skins.every((skin, at) => skin.emoji === toned(emoji, at));
  return [emoji, label, codes.join(" "), tags.join(" "), `${group}${isToned ? "+" : ""}`].join("\t");
}

/** As the page does it (browser/emoji.ts); where it is not so simple there is one tone only. */
function toned(emoji: string, tone: number): string {
  return emoji.replace(/^(.)\ufe0f?/u, `$1${tones[tone] ?? ""}`);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`emojibase-data/${path}`)), "utf8"));
}
