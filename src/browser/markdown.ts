/**
 * What somebody typed as a tree: lines of text, code, quotes and lists, and the spans within a line. Any text parses,
 * in linear time and with bounded nesting. Nothing is lost: the tree's leaves, marks included, put together are the
 * text, in order. Line breaks and numbers stay as typed, and what only looks like markup stays text.
 */
import { codeBlock, without, type CodeBlock, type Found, type Line } from "./code-block.ts";
import { parseLine } from "./markdown-line.ts";
import { addNode, type Inline, type Leaf } from "./open-spans.ts";

export type Block =
  | Leaf
  | { readonly kind: "lines"; readonly children: readonly Inline[] }
  | CodeBlock
  | { readonly kind: "quote"; readonly children: readonly Block[] }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly children: readonly Item[] };

export interface Item {
  readonly kind: "item";
  /** As typed, in an ordered list: people refer to it. */
  readonly number: number | undefined;
  readonly children: readonly Block[];
}

/** Quotes and lists in each other; deeper marks are text. */
const maxDepth = 5;

export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.split("\n");
  return parseBlocks(
    lines.map((line, at) => ({ taken: "", text: line, end: at < lines.length - 1 ? "\n" : "" })),
    0,
  );
}

function parseBlocks(lines: readonly Line[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let plainFrom = 0;
  for (let at = 0; at < lines.length;) {
    const found =
      codeBlock(lines, at) ??
      (depth < maxDepth ? (quote(lines, at, depth + 1) ?? list(lines, at, depth + 1)) : undefined);
    if (found === undefined) {
      at += 1;
      continue;
    }
    blocks.push(...plainLines(lines.slice(plainFrom, at)), found.block);
    plainFrom = at = found.next;
  }
  return [...blocks, ...plainLines(lines.slice(plainFrom))];
}

/** Blank lines around the lines are not shown: quotes, lists and code have their own distance. */
function plainLines(lines: readonly Line[]): Block[] {
  const first = lines.findIndex(({ text }) => text.trim() !== "");
  const last = lines.findLastIndex(({ text }) => text.trim() !== "");
  if (first === -1) return markOf(lines);
  const children: Inline[] = [];
  for (const [at, { taken, text, end }] of lines.slice(first, last + 1).entries()) {
    addNode(children, { kind: "mark", text: taken });
    for (const node of parseLine(text)) addNode(children, node);
    addNode(children, { kind: first + at < last ? "text" : "mark", text: end });
  }
  return [...markOf(lines.slice(0, first)), { kind: "lines", children }, ...markOf(lines.slice(last + 1))];
}

function markOf(lines: readonly Line[]): Leaf[] {
  const text = lines.map((line) => line.taken + line.text + line.end).join("");
  return text === "" ? [] : [{ kind: "mark", text }];
}

/** The space behind it keeps faces out: >_<, >:( */
const quoteMark = /^ {0,3}>(?: |$|(?=>+(?: |$)))/;

function quote(lines: readonly Line[], at: number, depth: number): Found<Block> | undefined {
  const inner: Line[] = [];
  for (let line = unquoted(lines[at]); line !== undefined; line = unquoted(lines[at + inner.length])) {
    if (inner.length === 0 && line.text.trim() === "") return undefined;
    inner.push(line);
  }
  if (inner.length === 0) return undefined;
  return { block: { kind: "quote", children: parseBlocks(inner, depth) }, next: at + inner.length };
}

function unquoted(line: Line | undefined): Line | undefined {
  const taken = quoteMark.exec(line?.text ?? "")?.[0];
  return line === undefined || taken === undefined ? undefined : without(line, taken.length);
}

/** No `+`, which agrees ("+ 1"); nothing without words, nor with another mark as its words ("- - -"). */
const itemMark = /^( {0,3})(?:[-*]|(\d{1,9})[.)])[ \t]+(?=\S)(?![-*](?:\s|$))/;

interface ItemStart {
  readonly indent: number;
  readonly width: number;
  readonly number: number | undefined;
}

function itemStart(line: Line | undefined): ItemStart | undefined {
  const match = itemMark.exec(line?.text ?? "");
  if (match === null) return undefined;
  const [{ length: width }, indent = "", digits] = match;
  return { indent: indent.length, width, number: digits === undefined ? undefined : Number(digits) };
}

function list(lines: readonly Line[], at: number, depth: number): Found<Block> | undefined {
  const first = itemStart(lines[at]);
  if (first === undefined) return undefined;
  const isOrdered = first.number !== undefined;
  const children: Item[] = [];
  let next = at;
  for (let start: ItemStart | undefined = first; start !== undefined; start = itemStart(lines[next])) {
    if ((start.number !== undefined) !== isOrdered) break;
    const { width } = start;
    const end = itemEnd(lines, next + 1, first.indent + 2);
    const inner = lines
      .slice(next, end)
      .map((line, index) => without(line, index === 0 ? width : indentOf(line, width)));
    children.push({ kind: "item", number: start.number, children: parseBlocks(inner, depth) });
    next = end;
  }
  return { block: { kind: "list", isOrdered, children }, next };
}

/** What is indented belongs to the item, and blank lines before such a line or before another item. */
function itemEnd(lines: readonly Line[], from: number, indent: number): number {
  let end = from;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined || line.text.trim() === "") continue;
    if (indentOf(line, indent) < indent && !line.text.startsWith("\t"))
      return itemStart(line) === undefined ? end : at;
    end = at + 1;
  }
  return end;
}

/** How many of its first characters are indentation, up to a width; a tab is one that is as wide as any. */
function indentOf({ text }: Line, width: number): number {
  if (text.startsWith("\t")) return 1;
  const spaces = text.search(/[^ ]|$/);
  return Math.min(spaces, width);
}
