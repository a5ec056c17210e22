/** Figures of several runs as Markdown: min / median / max of each, and the block of README that holds them. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { percentile } from "./support.ts";

const readme = join(import.meta.dirname, "../../README.md");
const [begin, end] = ["<!-- numbers: npm run bench -- --readme -->", "<!-- /numbers -->"];
/** Set by all.bench.ts: where a bench puts what README shows of it. */
const partFile = process.env["BENCH_PART"];

export type Row = readonly string[];

export function markdownTable(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: Row): string => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** "1.20 / 1.31 / 1.95": min, median, max. */
export function spread(values: readonly number[]): string {
  return [Math.min(...values), percentile(values, 50), Math.max(...values)].map(short).join(" / ");
}

/** Three digits are all that such a figure is worth. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return value.toPrecision(value >= 100 ? 3 : 2 + Number(value >= 1));
}

/** The figures of some runs as rows: what was done, what was measured, and min / median / max. */
export function figureRows(name: string, figures: Readonly<Record<string, readonly number[]>>): Row[] {
  return Object.entries(figures).map(([figure, values]) => [name, figure, spread(values)]);
}

/** What README is to show of this bench. */
export function tellReadme(part: string): void {
  if (partFile !== undefined) appendFileSync(partFile, `${part}\n\n`);
}

/** Puts the figures where README shows them, between two comments. */
export function writeReadme(figures: string): void {
  const text = readFileSync(readme, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} or ${end}`);
  writeFileSync(readme, `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`);
}
