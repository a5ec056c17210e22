/** The parameters of the HTTP API: read whole, or refused by name, with the value given and what is allowed. */
import type { Seq } from "../protocol/events.ts";
import { codePoints, isStorable } from "../protocol/text.ts";
import { badParameter } from "./problem.ts";
import type { Problem } from "./problem.ts";

export type Parsed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

/** As Express hands it over: a list when a name is repeated. */
export type Query = Readonly<Record<string, unknown>>;

export interface EventsQuery {
  readonly direction: "before" | "after";
  readonly seq: Seq;
  readonly limit: number;
}

export type ExportFormat = "md" | "json";

const defaultPage = 50;
const largestPage = 500;
const maxQueryChars = 200;

export function readEventsQuery(query: Query): Parsed<EventsQuery> {
  const limit = readWhole(query, "limit", 1, defaultPage);
  if (!limit.ok) return limit;
  if (query["before"] !== undefined && query["after"] !== undefined) {
    return mistake("after", query["after"], 'left out where "before" is given');
  }
  const direction = query["after"] === undefined ? "before" : "after";
  const seq = readWhole(query, direction, 0, Number.MAX_SAFE_INTEGER);
  if (!seq.ok) return seq;
  return success({ direction, seq: seq.value, limit: Math.min(limit.value, largestPage) });
}

/** Empty where it is left out. */
export function readPeopleQuery(query: Query): Parsed<string> {
  const { q = "" } = query;
  const isAllowed = typeof q === "string" && isStorable(q) && codePoints(q) <= maxQueryChars;
  return isAllowed ? success(q) : mistake("q", q, `one text of at most ${maxQueryChars} characters`);
}

export function readSearchQuery(query: Query): Parsed<string> {
  const read = readPeopleQuery(query);
  if (!read.ok || read.value.trim() !== "") return read;
  return mistake("q", read.value, `a text of 1 to ${maxQueryChars} characters to look for`);
}

export function readExportQuery(query: Query): Parsed<ExportFormat> {
  const { format = "md" } = query;
  return format === "md" || format === "json" ? success(format) : mistake("format", format, '"md" or "json"');
}

function readWhole(query: Query, name: string, least: number, fallback: number): Parsed<number> {
  const text = query[name];
  if (text === undefined) return success(fallback);
  const value = typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least) return success(value);
  return mistake(name, text, `a whole number, ${least} or more`);
}

function success<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

function mistake(name: string, value: unknown, allowed: string): { ok: false; problem: Problem } {
  const shown = Array.isArray(value) ? value.join(", ") : String(value);
  return { ok: false, problem: badParameter(name, shown, allowed) };
}
