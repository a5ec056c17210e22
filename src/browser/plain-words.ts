/**
 * What a message says where it is told in passing, above an answer or in a notification: its words without the marks
 * that set them, so that a line of code is that line and not its fence.
 */
import { beginningOf } from "../protocol/text.ts";
import { actionOf } from "./commands.ts";
import { parseMarkdown, type Block, type Item } from "./markdown.ts";
import type { Inline } from "./open-spans.ts";

type Node = Block | Item | Inline;

/** More does not fit into a line of any window, and would be read out before the answer. */
const maxChars = 250;

/** Its beginning, the empty lines left out. */
export function plainWords(text: string): string {
  return beginningOf(linesOf(parseMarkdown(actionOf(text) ?? text)).join("\n"), maxChars);
}

/** The first line that says something; of what answers a quote, its own. */
export function firstLine(text: string): string {
  const blocks = parseMarkdown(actionOf(text) ?? text);
  const [own] = linesOf(blocks.filter(({ kind }) => kind !== "quote"));
  return beginningOf(own ?? linesOf(blocks)[0] ?? "", maxChars);
}

function linesOf(blocks: readonly (Block | Item)[]): string[] {
  return blocks.flatMap((block) =>
    block.kind === "quote" || block.kind === "list" || block.kind === "item"
      ? linesOf(block.children)
      : wordsOf(block)
          .split("\n")
          .filter((line) => line.trim() !== ""),
  );
}

function wordsOf(node: Node): string {
  if (node.kind === "mark") return "";
  return node.kind === "text" ? node.text : node.children.map(wordsOf).join("");
}
