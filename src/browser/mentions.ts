/**
 * Whom a text addresses: "@" and a name as it is written, upper case or lower. Part of a longer word is no mention, and
 * neither is what stands in code.
 */
import type { Uid } from "../protocol/events.ts";
import { maxNameChars } from "../protocol/person-name.ts";
import type { KnownNames } from "./known-names.ts";
import { parseMarkdown } from "./markdown.ts";

export type Piece =
  | { readonly text: string; readonly whose: "nobody" }
  | { readonly text: string; readonly whose: "mine" }
  | { readonly text: string; readonly whose: "theirs"; readonly uid: Uid };

/** For whom a text is drawn. */
export interface Reader {
  /** Empty: nobody is addressed as the reader. */
  readonly name: string;
  readonly others: KnownNames;
}

interface Node {
  readonly kind: string;
  readonly text?: string;
  readonly children?: readonly Node[];
}

/** Whether a message's text addresses the person of this name. */
export function mentions(text: string, name: string): boolean {
  // Most texts address nobody, and are not taken apart for it.
  return hasMention(text, name) && parseMarkdown(text).some((node) => addresses(node, name));
}

function addresses({ kind, text, children = [] }: Node, name: string): boolean {
  if (kind === "code" || kind === "code-block" || kind === "mark") return false;
  return text === undefined ? children.some((child) => addresses(child, name)) : hasMention(text, name);
}

function hasMention(text: string, name: string): boolean {
  return text.includes("@") && name !== "" && mentionOf(name).test(text);
}

/** The text, in order, with the mentions apart: the reader's, and those of others who are known. */
export function splitMentions(text: string, { name, others }: Reader): readonly Piece[] {
  if (!text.includes("@")) return [{ text, whose: "nobody" }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index } of text.matchAll(sign)) {
    if (index < from) continue;
    const found = mentionAt(text, index, name, others);
    if (found === undefined) continue;
    if (index > from) pieces.push({ text: text.slice(from, index), whose: "nobody" });
    pieces.push(found);
    from = index + found.text.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), whose: "nobody" });
  return pieces;
}

function mentionAt(text: string, at: number, me: string, others: KnownNames): Piece | undefined {
  if (me !== "" && isAt(text, at, me)) return { text: text.slice(at, at + 1 + me.length), whose: "mine" };
  // The longest name counts: "Ana Lund" before "Ana".
  const rest = text.slice(at + 1, at + 1 + maxUnits).toLowerCase();
  for (let length = rest.length; length > 0; length -= 1) {
    const uid = others.get(rest.slice(0, length));
    const mention = text.slice(at, at + 1 + length);
    if (uid !== undefined && isAt(text, at, mention.slice(1))) return { text: mention, whose: "theirs", uid };
  }
  return undefined;
}

function isAt(text: string, at: number, name: string): boolean {
  const pattern = new RegExp(mentionOf(name), "iuy");
  pattern.lastIndex = at;
  return pattern.test(text);
}

const signSource = String.raw`(?<![\p{L}\p{M}\p{N}_@.])@`;
const sign = new RegExp(signSource, "gu");
/** Names are counted in characters, texts in units. */
const maxUnits = 2 * maxNameChars;

/** Their words are written without spaces: what follows a name may be the next word. */
const unspacedEnd =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]$/u;

function mentionOf(name: string): RegExp {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const end = unspacedEnd.test(name) ? "" : String.raw`(?![\p{L}\p{M}\p{N}_]|[-’'][\p{L}\p{N}]{2})`;
  return new RegExp(`${signSource}${literal}${end}`, "iu");
}
