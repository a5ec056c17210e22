/**
 * What the log shows, from top to bottom: days, groups of one person's messages, comings and goings, the line before
 * what is new, and at the end what is still going out. Messages keep their seq order whatever their clocks say.
 */
import type { Ref, Seq, Uid, UnixMs } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { isEdit, isMessage, type Outgoing, type OutgoingEdit, type OutgoingMessage } from "./outgoing.ts";
import type { Moves } from "./presence.ts";

/** Longer silence begins a new group, with its own name and time. */
const groupWithinMs = 5 * 60_000;

/** The message another one answers; unknown while it is not loaded, or for good. */
export interface Quoted {
  readonly seq: Seq;
  readonly shown: ShownMessage | undefined;
}

export type Entry =
  | {
      readonly kind: "kept";
      readonly key: string;
      readonly at: UnixMs;
      readonly shown: ShownMessage;
      /** Its new words, on their way or refused. */
      readonly edit: OutgoingEdit | undefined;
      readonly quoted: Quoted | undefined;
    }
  | {
      readonly kind: "outgoing";
      readonly key: string;
      readonly at: UnixMs;
      readonly item: OutgoingMessage;
      readonly quoted: Quoted | undefined;
    };

export interface Group {
  readonly kind: "group";
  readonly key: string;
  readonly uid: Uid;
  readonly name: string;
  readonly isOwn: boolean;
  readonly isBot: boolean;
  readonly entries: readonly Entry[];
}

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: UnixMs }
  | { readonly kind: "moves"; readonly key: string; readonly moves: Moves }
  | { readonly kind: "new"; readonly key: string }
  | Group;

/** A part of the log. */
export interface Part {
  readonly messages: readonly ShownMessage[];
  readonly hasOlder: boolean;
  readonly endsWithNewest: boolean;
}

export interface RowsInput {
  readonly part: Part;
  /** What came after this was new to the person. */
  readonly line: Seq | undefined;
  readonly outgoing: readonly Outgoing[];
  readonly moves: readonly Moves[];
  readonly me: { readonly uid: Uid | undefined; readonly name: string };
  /** Same value, same day. */
  readonly dayKey: (at: UnixMs) => string;
}

interface Author {
  readonly uid: Uid;
  readonly name: string;
  readonly isOwn: boolean;
  readonly isBot: boolean;
}

export function buildRows({ part, line, outgoing, moves, me, dayKey }: RowsInput): Row[] {
  const rows = new RowBuilder(dayKey);
  const { messages } = part;
  const pending = movesHere(part, moves);
  const firstNew = firstNewOf(part, line, me.uid);
  const ownRefs = new Set<Ref>();
  const bySeq = new Map(messages.map((shown) => [shown.message.seq, shown]));
  const quote = (seq: Seq | undefined) => (seq === undefined ? undefined : { seq, shown: bySeq.get(seq) });
  const edits = new Map(outgoing.filter(isEdit).map((item) => [item.act.target, item]));
  for (const shown of messages) {
    const { uid, ref, seq, reply_to } = shown.message;
    while (pending[0] !== undefined && pending[0].after < seq) rows.addMoves(pending.shift());
    if (uid === me.uid) ownRefs.add(ref);
    if (seq === firstNew) rows.addLine();
    rows.addEntry(authorOf(shown, me.uid), {
      ...entryOf(shown, me.uid),
      edit: edits.get(seq),
      quoted: quote(reply_to),
    });
  }
  for (const each of pending) rows.addMoves(each);
  if (!part.endsWithNewest) return rows.rows;
  const self = { uid: me.uid ?? "", name: me.name, isOwn: true, isBot: false };
  for (const item of outgoing.filter(isMessage)) {
    // Kept by an earlier visit that never heard so; it is sent again, and answered now.
    if (ownRefs.has(item.ref)) continue;
    rows.addEntry(self, {
      kind: "outgoing",
      key: `own-${item.ref}`,
      at: item.at,
      item,
      quoted: quote(item.act.reply_to),
    });
  }
  return rows.rows;
}

/** Those from before or after this part of the log do not belong here. */
function movesHere({ messages, endsWithNewest }: Part, moves: readonly Moves[]): Moves[] {
  const oldest = messages[0]?.message.seq ?? 0;
  const newest = endsWithNewest ? Infinity : (messages.at(-1)?.message.seq ?? 0);
  return moves.filter(({ after }) => after >= oldest && after < newest);
}

/** The message the line stands before; none where what is new begins further up than this part of the log. */
function firstNewOf(
  { messages, hasOlder }: Part,
  line: Seq | undefined,
  me: Uid | undefined,
): Seq | undefined {
  if (line === undefined) return undefined;
  const oldest = messages[0]?.message.seq ?? 0;
  if (hasOlder && line < oldest) return undefined;
  return messages.find(({ message }) => message.seq > line && message.uid !== me)?.message.seq;
}

function authorOf({ message: { uid, name, bot } }: ShownMessage, me: Uid | undefined): Author {
  return { uid, name, isOwn: uid === me, isBot: bot === true };
}

/** One's own row keeps its key from pending to kept, so it is not drawn anew; the refs of others could collide. */
function entryOf(shown: ShownMessage, me: Uid | undefined) {
  const { uid, ref, seq, at } = shown.message;
  return { kind: "kept", key: uid === me ? `own-${ref}` : `seq-${seq}`, at, shown } as const;
}

/** A kept message in the words it has now, or is about to have. */
export function inItsWords(entry: Entry): ShownMessage | undefined {
  if (entry.kind !== "kept" || entry.shown.isDeleted) return undefined;
  return entry.edit === undefined ? entry.shown : { ...entry.shown, text: entry.edit.act.message };
}

/** One's own messages have rows named by their ref. */
export function rowKeyOf(rows: readonly Row[], seq: Seq): string | undefined {
  for (const row of rows) {
    if (row.kind !== "group") continue;
    const entry = row.entries.find((each) => each.kind === "kept" && each.shown.message.seq === seq);
    if (entry !== undefined) return entry.key;
  }
  return undefined;
}

class RowBuilder {
  readonly rows: Row[] = [];
  readonly #dayKey: (at: UnixMs) => string;
  /** The latest time so far: a clock that went back must not bring yesterday back. */
  #latest: UnixMs | undefined;
  #group: (Author & { readonly entries: Entry[] }) | undefined;

  constructor(dayKey: (at: UnixMs) => string) {
    this.#dayKey = dayKey;
  }

  addMoves(moves: Moves | undefined): void {
    if (moves === undefined) return;
    this.#addDay(moves.at);
    this.rows.push({ kind: "moves", key: `moves-${moves.after}`, moves });
    this.#group = undefined;
  }

  addLine(): void {
    this.rows.push({ kind: "new", key: "new" });
    this.#group = undefined;
  }

  addEntry(author: Author, entry: Entry): void {
    this.#addDay(entry.at);
    const group = this.#group;
    const last = group?.entries.at(-1);
    const continues =
      group !== undefined && last !== undefined && isSameAuthor(group, author) && isSoonAfter(last, entry);
    if (continues) {
      group.entries.push(entry);
      return;
    }
    const fresh = { ...author, entries: [entry] };
    this.#group = fresh;
    this.rows.push(Object.assign(fresh, { kind: "group" as const, key: `group-${entry.key}` }));
  }

  #addDay(at: UnixMs): void {
    if (this.#latest !== undefined && at <= this.#latest) return;
    const isNewDay = this.#latest === undefined || this.#dayKey(at) !== this.#dayKey(this.#latest);
    this.#latest = at;
    if (!isNewDay) return;
    this.rows.push({ kind: "day", key: `day-${this.#dayKey(at)}`, at });
    this.#group = undefined;
  }
}

export function isSameAuthor(a: Author, b: Author): boolean {
  return a.uid === b.uid && a.name === b.name && a.isOwn === b.isOwn && a.isBot === b.isBot;
}

function isSoonAfter(last: Entry, entry: Entry): boolean {
  return Math.abs(entry.at - last.at) <= groupWithinMs;
}
