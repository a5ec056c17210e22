/** Fenced code in a message. A fence that nobody closed reaches to the end; one around nothing is text. */
import { addNode, type Inline } from "./open-spans.ts";

export interface Line {
  /** What the quotes and lists around took from its beginning. */
  readonly taken: string;
  readonly text: string;
  readonly end: "\n" | "";
}

export interface Found<Block> {
  readonly block: Block;
  /** The first line behind it. */
  readonly next: number;
}

export interface CodeBlock {
  readonly kind: "code-block";
  /** Empty where none was named. */
  readonly language: string;
  readonly children: readonly Inline[];
}

const fence = /^ {0,3}(`{3,})([^`]*)$/;
const languageName = /^[\p{L}\p{N}_+#.-]{1,32}$/u;

export function codeBlock(lines: readonly Line[], at: number): Found<CodeBlock> | undefined {
  const opening = lines[at];
  const [found, ticks = "", info = ""] = fence.exec(opening?.text ?? "") ?? [];
  if (opening === undefined || found === undefined) return undefined;
  const closing = closingLine(lines, at + 1, ticks.length);
  if (closing === undefined && at + 1 === lines.length) return undefined;
  const isLanguage = languageName.test(info.trim());
  // Words behind the fence are the code's first line.
  const first = without(
    opening,
    isLanguage || info.trim() === "" ? found.length : found.length - info.length,
  );
  const { code, rest } = closing === undefined ? { code: [], rest: "" } : splitClosing(closing.line);
  const next = closing === undefined ? lines.length : closing.at + 1;
  const body = [first, ...lines.slice(at + 1, closing?.at ?? next), ...code];
  if (body.every(({ text }) => text.trim() === "")) return undefined;
  const children = shownLines(body);
  addNode(children, { kind: "mark", text: rest });
  return { block: { kind: "code-block", language: isLanguage ? info.trim() : "", children }, next };
}

/** The line with so many characters taken from its beginning. */
export function without(line: Line, length: number): Line {
  return { ...line, taken: line.taken + line.text.slice(0, length), text: line.text.slice(length) };
}

function closingLine(lines: readonly Line[], from: number, ticks: number) {
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (line !== undefined && ticksAtEnd(line.text) >= ticks) return { line, at };
  }
  return undefined;
}

function ticksAtEnd(text: string): number {
  const end = text.trimEnd();
  let from = end.length;
  while (end.charAt(from - 1) === "`") from -= 1;
  return end.length - from;
}

/** Code may end on the line that closes it. */
function splitClosing(line: Line): { readonly code: readonly Line[]; readonly rest: string } {
  const { taken, text, end } = line;
  const length = text.trimEnd().length - ticksAtEnd(text);
  const before = text.slice(0, length);
  if (before.trim() === "") return { code: [], rest: taken + text + end };
  return { code: [{ taken, text: before, end: "" }], rest: text.slice(length) + end };
}

function shownLines(lines: readonly Line[]): Inline[] {
  const nodes: Inline[] = [];
  for (const [at, { taken, text, end }] of lines.entries()) {
    const isBreak = at < lines.length - 1 && (at > 0 || text !== "");
    addNode(nodes, { kind: "mark", text: taken });
    addNode(nodes, { kind: "text", text });
    addNode(nodes, { kind: isBreak ? "text" : "mark", text: end });
  }
  return nodes;
}
