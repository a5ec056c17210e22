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
    const present = new Map<string, Uid>();
    for (const { message } of reading.part.value.messages)
      present.set(message.name.toLowerCase(), message.uid);
    for (const { uid, name } of company.people.value) present.set(name.toLowerCase(), uid);
    const isNews = [...present].some(([name, uid]) => known.get(name) !== uid);
    return (known = isNews ? new Map([...known, ...present]) : known);
  });
}
