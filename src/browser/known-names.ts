/** Whose names are known in a room: who is here, and who wrote what is loaded. Where "@" stands before one it is theirs. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Uid } from "../protocol/events.ts";
import type { Company } from "./company.ts";
import type { Reading } from "./reading.ts";

/** By the name in lower case. */
export type KnownNames = ReadonlyMap<string, Uid>;

export const nobody: KnownNames = new Map();

interface Sources {
  readonly company: Company;
  readonly reading: Reading;
}

/** The same map until somebody new is known, so that no text is drawn again for what it does not name. */
export function knownNames({ company, reading }: Sources): ReadonlySignal<KnownNames> {
  let known: KnownNames = nobody;
  return computed(() => {
    const fresh = new Map(known);
    for (const { message } of reading.part.value.messages) fresh.set(message.name.toLowerCase(), message.uid);
    for (const { uid, name } of company.people.value) fresh.set(name.toLowerCase(), uid);
    const isNews = fresh.size !== known.size || [...fresh].some(([name, uid]) => known.get(name) !== uid);
    return (known = isNews ? fresh : known);
  });
}
