/** Who is in the room, as its `people` says: at most so many are listed, all are counted. */
import type { Uid } from "../protocol/events.ts";
import type { Person } from "../protocol/server-frames.ts";
import { texts } from "./texts/texts.ts";

export interface PeopleHere {
  /** Everybody here, listed or not. */
  readonly count: number;
  readonly people: readonly Person[];
}

export function readPeopleHere(body: unknown): PeopleHere | undefined {
  if (typeof body !== "object" || body === null || !("people" in body) || !("count" in body))
    return undefined;
  const { count, people } = body;
  if (typeof count !== "number" || !Array.isArray(people)) return undefined;
  return { count, people: people.filter(isPerson) };
}

function isPerson(value: unknown): value is Person {
  if (typeof value !== "object" || value === null || !("uid" in value) || !("name" in value)) return false;
  return typeof value.uid === "string" && typeof value.name === "string";
}

/** Oneself first, the others by name. */
export function inOrder(people: readonly Person[], me: Uid | undefined): Person[] {
  const byName = new Intl.Collator(texts.locale, { numeric: true }).compare;
  return people.toSorted(
    (a, b) => Number(b.uid === me) - Number(a.uid === me) || byName(a.name, b.name) || a.id - b.id,
  );
}

/** How many are here and not listed; nothing when all are. */
export function restInWords({ count, people }: PeopleHere): string | undefined {
  const rest = count - people.length;
  return rest > 0 ? texts.room.people.rest(rest) : undefined;
}
