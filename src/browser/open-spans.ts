/**
 * The spans of a line that are being read: text goes into the innermost. At most one is open for each mark, so spans
 * nest five deep at most, and a mark whose partner never comes is text again; no node moves more often than that.
 */
export type Leaf =
  | { readonly kind: "text"; readonly text: string }
  /** What was typed to mark something up: not shown. */
  | { readonly kind: "mark"; readonly text: string };

export type Inline =
  | Leaf
  | { readonly kind: "bold" | "italic" | "strike" | "code"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly children: readonly Inline[] };

export type Mark = "**" | "*" | "_" | "~~" | "[";

interface OpenSpan {
  readonly mark: Mark;
  readonly children: Inline[];
  /** How much had been read when it was opened. */
  readonly words: number;
  readonly links: number;
}

/** Marks around nothing but signs were not meant as marks: `*_*`, `*.*`. */
const word = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** Adds a node; two leaves of a kind become one, and an empty one nothing. */
export function addNode(nodes: Inline[], node: Inline): void {
  const last = nodes.at(-1);
  if (node.kind !== "text" && node.kind !== "mark") nodes.push(node);
  else if (last?.kind === node.kind)
    nodes[nodes.length - 1] = { kind: node.kind, text: last.text + node.text };
  else if (node.text !== "") nodes.push(node);
}

export class OpenSpans {
  readonly #line: Inline[] = [];
  readonly #spans: OpenSpan[] = [];
  #words = 0;
  #links = 0;

  /** The mark that was opened last and is still open. */
  get innermost(): Mark | undefined {
    return this.#spans.at(-1)?.mark;
  }

  text(text: string): void {
    if (word.test(text)) this.#words += 1;
    addNode(this.#children(), { kind: "text", text });
  }

  node(node: Inline): void {
    this.#words += 1;
    if (node.kind === "link") this.#links += 1;
    this.#children().push(node);
  }

  /** The later of two equal marks is the one that a closing mark belongs to: `2 *x and *this*`. */
  open(mark: Mark): void {
    this.abandon(mark);
    this.#spans.push({ mark, children: [], words: this.#words, links: this.#links });
  }

  /** Whether a span of this mark is open, with words in it. */
  canClose(mark: Mark): boolean {
    const span = this.#spans.find((each) => each.mark === mark);
    return span !== undefined && span.words < this.#words;
  }

  /** A link inside a link would hide where one of them leads. */
  get holdsLink(): boolean {
    const span = this.#spans.find(({ mark }) => mark === "[");
    return span !== undefined && span.links < this.#links;
  }

  /** Ends the span of this mark, which has to be open; what was opened inside it and not closed becomes text. */
  close(mark: Mark, node: (children: readonly Inline[]) => Inline): void {
    while (this.innermost !== undefined && this.innermost !== mark) this.#abandonAt(this.#spans.length - 1);
    const span = this.#spans.pop();
    if (span === undefined) return;
    this.node(node(span.children));
  }

  /** The open mark, if there is one, is text after all. */
  abandon(mark: Mark): void {
    const index = this.#spans.findIndex((span) => span.mark === mark);
    if (index !== -1) this.#abandonAt(index);
  }

  finish(): readonly Inline[] {
    while (this.#spans.length > 0) this.#abandonAt(this.#spans.length - 1);
    return this.#line;
  }

  #children(): Inline[] {
    return this.#spans.at(-1)?.children ?? this.#line;
  }

  #abandonAt(index: number): void {
    const [span] = this.#spans.splice(index, 1);
    if (span === undefined) return;
    const outer = this.#spans[index - 1]?.children ?? this.#line;
    addNode(outer, { kind: "text", text: span.mark });
    for (const node of span.children) addNode(outer, node);
  }
}
