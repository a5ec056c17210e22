/** Anybody's text as Markdown that shows exactly that text: no markup, no HTML, no way out of its line or quote. */

/** Everything that ends a line somewhere: to some readers U+2028 does, to others it does not. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;
const lineEnds = new RegExp(lineEnd, "gu");

/** Characters that begin inline markup, and `|`, which ends a table's cell. */
const inlineMarkup = /[\\`*_[\]<>&~|$]/g;
/** What makes a heading, list, rule or underlined heading where it begins a line. */
const blockMarkup = /^(?:[#+=-]|\d{1,9}(?=[.)]))/;
/** They would steer the terminal of whoever prints the file. */
const controls = /[\p{Cc}\p{Cs}]/gu;
const replacement = "\ufffd";

/** On one line. */
export function markdownLine(text: string): string {
  return escaped(text.replace(lineEnds, " "));
}

/** As a quote that keeps the text's own lines, with a line end. */
export function markdownQuote(text: string): string {
  const lines = text.split(lineEnd).map(escaped);
  return lines.map((line, at) => quoteLine(line, lines[at + 1])).join("");
}

function quoteLine(line: string, next: string | undefined): string {
  if (line === "") return ">\n";
  // Two spaces keep a line's end when rendered.
  return next === undefined || next === "" ? `> ${line}\n` : `> ${line}  \n`;
}

function escaped(line: string): string {
  return line
    .replace(/\t/g, "    ")
    .replace(controls, replacement)
    .trimEnd()
    .replace(/^ +/, (indent) => "\u00a0".repeat(indent.length))
    .replace(inlineMarkup, "\\$&")
    .replace(blockMarkup, (mark) => (/^\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}
