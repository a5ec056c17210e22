/** A message's tree on the page: elements and text nodes, never markup from a text (I9). Marks are not shown. */
import type { ComponentChildren } from "preact";
import type { CodeBlock } from "./code-block.ts";
import type { Block, Item } from "./markdown.ts";
import type { Inline } from "./open-spans.ts";

type Node = Block | Item | Inline;

export function markdownNodes(nodes: readonly Node[]): ComponentChildren[] {
  return nodes.map(markdownNode);
}

function markdownNode(node: Node): ComponentChildren {
  switch (node.kind) {
    case "mark":
      return null;
    case "text":
      return node.text;
    case "lines":
      return markdownNodes(node.children);
    case "code-block":
      return <Code block={node} />;
    case "quote":
      return (
        <blockquote class="quoting" dir="auto">
          {markdownNodes(node.children)}
        </blockquote>
      );
    case "list":
      return <List list={node} />;
    case "item":
      return <li value={node.number}>{markdownNodes(node.children)}</li>;
    default:
      return span(node);
  }
}

const tags = { bold: "strong", italic: "em", strike: "s", code: "code" } as const;

function span(node: Exclude<Inline, { readonly kind: "text" | "mark" }>): ComponentChildren {
  if (node.kind !== "link") {
    const Tag = tags[node.kind];
    return <Tag>{markdownNodes(node.children)}</Tag>;
  }
  // Where it leads can be read before it is followed: a link's words may say anything.
  return (
    <a href={node.href} title={node.href} target="_blank" rel="noopener noreferrer">
      {markdownNodes(node.children)}
    </a>
  );
}

function List({ list }: { readonly list: Extract<Block, { readonly kind: "list" }> }) {
  const items = markdownNodes(list.children);
  if (!list.isOrdered) return <ul dir="auto">{items}</ul>;
  const isWide = list.children.some(({ number = 0 }) => number > 99);
  return (
    <ol class={isWide ? "is-wide" : undefined} dir="auto">
      {items}
    </ol>
  );
}

/** Code reads from left to right even where its first word does not. Scrolled by keyboard too. */
function Code({ block }: { readonly block: CodeBlock }) {
  return (
    <div class="code">
      {block.language !== "" && <span class="code-language">{block.language}</span>}
      <pre dir="ltr" tabIndex={0}>
        <code>{markdownNodes(block.children)}</code>
      </pre>
    </div>
  );
}
