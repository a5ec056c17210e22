/**
 * One line of a message: bold, italic, strike, code and links. Marks pair within their line only, so a stray one
 * cannot reach far. Total, in linear time; a mark that has no partner is text, as is everything that is not a link.
 */
import { OpenSpans, type Inline, type Leaf } from "./open-spans.ts";
import { addressEnd, bareAddressEnd, safeHref } from "./web-address.ts";

const token = /`+|\*+|_+|~+|\[|\]|https?:\/\/|mailto:/giu;
const tickRun = /`+/g;
const scheme = /(?:https?:\/\/|mailto:)/iuy;

const kinds = { "**": "bold", "*": "italic", _: "italic", "~~": "strike" } as const;
type Emphasis = keyof typeof kinds;

/** Which marks a run of one character is. Any other run is text: `__init__`, `~`, `****`. */
const emphases: Readonly<Record<string, readonly Emphasis[]>> = {
  "*": ["*"],
  "**": ["**"],
  "***": ["*", "**"],
  _: ["_"],
  "~~": ["~~"],
};

const wordChar = /[\p{L}\p{M}\p{N}]/u;
/** Scripts that put no space between words, or in which endings follow a marked word at once. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
/** Not `\`, `^`, `-` or `:`, after which faces have their eyes and arms: ¯\_(ツ)_/¯, ^_^, -_-, :* */
const beforeOpening = /[\s"'*_~\p{Ps}\p{Pi}–—]/u;
const notAscii = /[^\p{ASCII}]/u;

export function parseLine(line: string): readonly Inline[] {
  return new LineReader(line).read();
}

class LineReader {
  readonly #line: string;
  readonly #spans = new OpenSpans();
  /** Where the last run of so many backticks begins, so that no run is looked for in vain. */
  readonly #lastTicks = new Map<number, number>();
  /** Everything before is read. */
  #at = 0;

  constructor(line: string) {
    this.#line = line;
    for (const { 0: run, index } of line.matchAll(/`+/g)) this.#lastTicks.set(run.length, index);
  }

  read(): readonly Inline[] {
    for (;;) {
      const match = searchFrom(token, this.#line, this.#at);
      if (match === null) break;
      this.#spans.text(this.#line.slice(this.#at, match.index));
      this.#at = match.index + match[0].length;
      this.#readToken(match[0], match.index);
    }
    this.#spans.text(this.#line.slice(this.#at));
    return this.#spans.finish();
  }

  #readToken(found: string, from: number): void {
    if (found.startsWith("`")) this.#readCode(found);
    else if (found === "[") this.#spans.open("[");
    else if (found === "]") this.#readLinkEnd();
    else if (/[:/]$/.test(found)) this.#readAddress(from);
    else this.#readEmphasis(found, charBefore(this.#line, from), charAfter(this.#line, this.#at));
  }

  #readCode(ticks: string): void {
    const end = this.#closingTicks(ticks);
    const code = this.#line.slice(this.#at, end);
    if (code.trim() === "") {
      this.#spans.text(ticks);
      return;
    }
    // One space at each edge is not the code's own: it is how a backtick is set there.
    const pad = /^ .* $/.test(code) ? " " : "";
    const text = code.slice(pad.length, code.length - pad.length);
    this.#spans.node({
      kind: "code",
      children: [mark(ticks + pad), { kind: "text", text }, mark(pad + ticks)],
    });
    this.#at = end + ticks.length;
  }

  /** Where the run is that ends the code, or where we are if there is none. */
  #closingTicks(ticks: string): number {
    const last = this.#lastTicks.get(ticks.length) ?? 0;
    for (let at = this.#at; at <= last;) {
      const run = searchFrom(tickRun, this.#line, at);
      if (run === null) break;
      if (run[0] === ticks) return run.index;
      at = run.index + run[0].length;
    }
    return this.#at;
  }

  #readAddress(from: number): void {
    const end = bareAddressEnd(this.#line, from);
    const shown = this.#line.slice(from, end);
    const href = /[A-Za-z0-9]/.test(charBefore(this.#line, from)) ? undefined : safeHref(shown);
    // What looks like an address and is none is not looked at again: its rest could look like one, and so on.
    this.#at = Math.max(end, this.#at);
    if (href === undefined) this.#spans.text(this.#line.slice(from, this.#at));
    else this.#spans.node({ kind: "link", href, children: [{ kind: "text", text: shown }] });
  }

  #readLinkEnd(): void {
    const from = this.#at + 1;
    const isTarget = this.#line.charAt(this.#at) === "(" && searchFrom(scheme, this.#line, from) !== null;
    if (isTarget && this.#spans.canClose("[") && !this.#spans.holdsLink) {
      const end = addressEnd(this.#line, from);
      const href = safeHref(this.#line.slice(from, end));
      if (href !== undefined && this.#line.charAt(end) === ")") {
        const closing = mark(this.#line.slice(this.#at - 1, end + 1));
        this.#spans.close("[", (children) => ({
          kind: "link",
          href,
          children: [mark("["), ...children, closing],
        }));
        this.#at = end + 1;
        return;
      }
    }
    this.#spans.abandon("[");
    this.#spans.text("]");
  }

  #readEmphasis(run: string, before: string, after: string): void {
    const marks = emphases[run];
    if (marks === undefined) {
      this.#spans.text(run);
      return;
    }
    // The inner one of two ends first.
    for (const each of this.#spans.innermost === "**" ? marks.toReversed() : marks) {
      if (endsWord(each, before, after) && this.#spans.canClose(each)) {
        this.#spans.close(each, (children) => ({
          kind: kinds[each],
          children: [mark(each), ...children, mark(each)],
        }));
      } else if (beginsWord(each, before, after)) this.#spans.open(each);
      else this.#spans.text(each);
    }
  }
}

function mark(text: string): Leaf {
  return { kind: "mark", text };
}

function beginsWord(each: Emphasis, before: string, after: string): boolean {
  if (after === "" || /\s/.test(after)) return false;
  if (before === "" || beforeOpening.test(before)) return true;
  return each !== "_" && notAscii.test(before) && !isInWord(each, before);
}

function endsWord(each: Emphasis, before: string, after: string): boolean {
  return before !== "" && !/\s/.test(before) && !isInWord(each, after);
}

function isInWord(each: Emphasis, char: string): boolean {
  return wordChar.test(char) && (each === "_" || !unspaced.test(char));
}

/** Whole characters, which may be two units; nothing at the line's ends. */
function charBefore(line: string, at: number): string {
  return /.$/su.exec(line.slice(Math.max(0, at - 2), at))?.[0] ?? "";
}

function charAfter(line: string, at: number): string {
  return /^./su.exec(line.slice(at, at + 2))?.[0] ?? "";
}

function searchFrom(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}
