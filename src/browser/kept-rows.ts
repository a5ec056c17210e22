/** Drawing the log again leaves alone what is still the same: the next rows are, where they can be, those before. */
import { isSameAuthor, type Entry, type Group, type Row } from "./rows.ts";

/**
 * Lets a group keep its key when older messages join it at its head, so that its rows stay the same elements (a
 * reader may have selected text in them), and lets one that did not change be the very same object, so that it need
 * not be drawn again.
 */
export function keepRows(rows: readonly Row[], before: readonly Row[]): Row[] {
  const groups = before.filter((row) => row.kind === "group");
  const groupOf = new Map(groups.flatMap((group) => group.entries.map(({ key }) => [key, group])));
  const used = new Set<string>();
  const others = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    if (row.kind !== "group") return sameAs(others.get(row.key), row);
    const known = row.entries
      .map(({ key }) => groupOf.get(key))
      .find((group) => group && !used.has(group.key));
    const kept = { ...row, key: known?.key ?? row.key };
    used.add(kept.key);
    return isUnchanged(known, kept) ? known : kept;
  });
}

function sameAs(before: Row | undefined, after: Exclude<Row, Group>): Row {
  const isSameRow =
    (after.kind === "new" && before?.kind === "new") ||
    (after.kind === "day" && before?.kind === "day" && before.at === after.at) ||
    (after.kind === "moves" && before?.kind === "moves" && before.moves === after.moves);
  return isSameRow ? before : after;
}

function isUnchanged(before: Group | undefined, after: Group): before is Group {
  if (before?.entries.length !== after.entries.length || !isSameAuthor(before, after)) return false;
  return after.entries.every((entry, at) => isSameEntry(entry, before.entries[at]));
}

function isSameEntry(a: Entry, b: Entry | undefined): boolean {
  if (a.key !== b?.key || a.quoted?.seq !== b.quoted?.seq || a.quoted?.shown !== b.quoted?.shown)
    return false;
  return a.kind === "kept"
    ? b.kind === "kept" && a.shown === b.shown && a.edit === b.edit
    : b.kind === "outgoing" && a.item === b.item;
}
