/**
 * Whom a text addresses: "@" and a name as it is written, upper case or lower. Part of a longer word is no mention, and
 * neither is what stands in code.
 */
import { parseMarkdown } from "./markdown.ts";

export interface Piece {
  readonly text: string;
  readonly isMention: boolean;
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

/** The text, in order, with the mentions of this name apart. */
export function splitMentions(text: string, name: string): readonly Piece[] {
  if (!hasMention(text, name)) return [{ text, isMention: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(new RegExp(mentionOf(name), "giu"))) {
    if (index > from) pieces.push({ text: text.slice(from, index), isMention: false });
    pieces.push({ text: found, isMention: true });
    from = index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMention: false });
  return pieces;
}

/** Their words are written without spaces: what follows a name may be the next word. */
const unspacedEnd =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]$/u;

function mentionOf(name: string): RegExp {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const end = unspacedEnd.test(name) ? "" : String.raw`(?![\p{L}\p{M}\p{N}_]|[-’'][\p{L}\p{N}]{2})`;
  return new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}_@.])@${literal}${end}`, "iu");
}
