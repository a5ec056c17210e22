/** A message's tree on the page: elements and text nodes, never markup from a text (I9). Marks are not shown. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CodeBlock } from "./code-block.ts";
import type { Block, Item } from "./markdown.ts";
import { nobody } from "./known-names.ts";
import { splitMentions, type Piece, type Reader } from "./mentions.ts";
import { Name } from "./name.tsx";
import type { Inline } from "./open-spans.ts";
import { texts } from "./texts/texts.ts";
import { followWidth, settleCode } from "./wide-code.ts";

type Node = Block | Item | Inline;

/** Code addresses nobody. */
const noReader: Reader = { name: "", others: nobody };

/** @param reader whose name is marked where it is addressed; those of others have their hue */
export function markdownNodes(nodes: readonly Node[], reader: Reader): ComponentChildren[] {
  return nodes.map((node) => markdownNode(node, reader));
}

function markdownNode(node: Node, reader: Reader): ComponentChildren {
  switch (node.kind) {
    case "mark":
      return null;
    case "text":
      return splitMentions(node.text, reader).map(mention);
    case "lines":
      return markdownNodes(node.children, reader);
    case "code-block":
      return <Code block={node} />;
    case "quote":
      return (
        <blockquote class="quoting" dir="auto">
          {markdownNodes(node.children, reader)}
        </blockquote>
      );
    case "list":
      return <List list={node} reader={reader} />;
    case "item":
      return <li value={node.number}>{markdownNodes(node.children, reader)}</li>;
    default:
      return span(node, reader);
  }
}

function mention(piece: Piece): ComponentChildren {
  if (piece.whose === "nobody") return piece.text;
  if (piece.whose === "mine")
    return (
      <mark class="at-me" translate={false}>
        {piece.text}
      </mark>
    );
  return <Name of={piece.uid}>{piece.text}</Name>;
}

const tags = { bold: "strong", italic: "em", strike: "s" } as const;

function span(node: Exclude<Inline, { readonly kind: "text" | "mark" }>, reader: Reader): ComponentChildren {
  if (node.kind !== "link") {
    if (node.kind === "code") return <code translate={false}>{markdownNodes(node.children, noReader)}</code>;
    const Tag = tags[node.kind];
    return <Tag>{markdownNodes(node.children, reader)}</Tag>;
  }
  // Where it leads can be read before it is followed: a link's words may say anything. Tab comes to it once its row is
  // reached (row-stop.ts).
  return (
    <a href={node.href} title={node.href} target="_blank" rel="noopener noreferrer" tabIndex={-1}>
      {markdownNodes(node.children, reader)}
    </a>
  );
}

interface ListProps {
  readonly list: Extract<Block, { readonly kind: "list" }>;
  readonly reader: Reader;
}

function List({ list, reader }: ListProps) {
  const items = markdownNodes(list.children, reader);
  if (!list.isOrdered) return <ul dir="auto">{items}</ul>;
  const isWide = list.children.some(({ number = 0 }) => number > 99);
  return (
    <ol class={isWide ? "is-wide" : undefined} dir="auto">
      {items}
    </ol>
  );
}

/** Code reads from left to right even where its first word does not. */
function Code({ block }: { readonly block: CodeBlock }) {
  const pre = useRef<HTMLPreElement>(null);
  useEffect(() => (pre.current === null ? undefined : followWidth(pre.current)), []);
  const mouse = (isOver: boolean) => (event: PointerEvent) => {
    if (event.pointerType === "mouse" && pre.current !== null) settleCode(pre.current, isOver);
  };
  return (
    <div class="code">
      {block.language !== "" && <span class="code-language">{block.language}</span>}
      <pre
        ref={pre}
        dir="ltr"
        translate={false}
        role="group"
        aria-label={texts.reading.message.code}
        onPointerEnter={mouse(true)}
        onPointerLeave={mouse(false)}
      >
        <code>{markdownNodes(block.children, noReader)}</code>
      </pre>
    </div>
  );
}
