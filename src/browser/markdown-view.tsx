/** A message's tree on the page: elements and text nodes, never markup from a text (I9). Marks are not shown. */
import type { ComponentChildren } from "preact";
import type { CodeBlock } from "./code-block.ts";
import type { Block, Item } from "./markdown.ts";
import { splitMentions } from "./mentions.ts";
import type { Inline } from "./open-spans.ts";

type Node = Block | Item | Inline;

/** @param me the reader's name, which is marked where it is addressed; empty: nobody's is */
export function markdownNodes(nodes: readonly Node[], me: string): ComponentChildren[] {
  return nodes.map((node) => markdownNode(node, me));
}

function markdownNode(node: Node, me: string): ComponentChildren {
  switch (node.kind) {
    case "mark":
      return null;
    case "text":
      return splitMentions(node.text, me).map(({ text, isMention }) =>
        isMention ? <mark class="at-me">{text}</mark> : text,
      );
    case "lines":
      return markdownNodes(node.children, me);
    case "code-block":
      return <Code block={node} />;
    case "quote":
      return (
        <blockquote class="quoting" dir="auto">
          {markdownNodes(node.children, me)}
        </blockquote>
      );
    case "list":
      return <List list={node} me={me} />;
    case "item":
      return <li value={node.number}>{markdownNodes(node.children, me)}</li>;
    default:
      return span(node, me);
  }
}

const tags = { bold: "strong", italic: "em", strike: "s", code: "code" } as const;

function span(node: Exclude<Inline, { readonly kind: "text" | "mark" }>, me: string): ComponentChildren {
  if (node.kind !== "link") {
    const Tag = tags[node.kind];
    // Code addresses nobody.
    return <Tag>{markdownNodes(node.children, node.kind === "code" ? "" : me)}</Tag>;
  }
  // Where it leads can be read before it is followed: a link's words may say anything.
  return (
    <a href={node.href} title={node.href} target="_blank" rel="noopener noreferrer">
      {markdownNodes(node.children, me)}
    </a>
  );
}

interface ListProps {
  readonly list: Extract<Block, { readonly kind: "list" }>;
  readonly me: string;
}

function List({ list, me }: ListProps) {
  const items = markdownNodes(list.children, me);
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
        <code>{markdownNodes(block.children, "")}</code>
      </pre>
    </div>
  );
}
