/** A message has an address: the room's, and `#m` with its number. */
import type { Seq } from "../protocol/events.ts";

export function rowId(seq: Seq): string {
  return `m${seq}`;
}

/** @param link the room's own */
export function permalink(link: string, seq: Seq): string {
  return `${link}#${rowId(seq)}`;
}

export function linkedSeq(hash: string): Seq | undefined {
  const [, digits] = /^#m(\d{1,15})$/.exec(hash) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The reader went on from there: a reload must not bring them back. */
export function leavePermalink(): void {
  const { hash, pathname, search } = location;
  if (linkedSeq(hash) !== undefined) history.replaceState(null, "", pathname + search);
}
