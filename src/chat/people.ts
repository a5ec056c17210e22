/**
 * The people present in one room, each once however many sockets they have, with names that are unique among them.
 */
import { fnv1a } from "../protocol/person-name.ts";
import { maxNameChars } from "../protocol/person-name.ts";
import { codePoints } from "../protocol/text.ts";
import type { Uid } from "../protocol/events.ts";
import type { Person } from "../protocol/server-frames.ts";
import { nameKeys } from "./identity.ts";

interface Presence {
  person: Person;
  connections: number;
}

/** As many as `welcome.people` may name. */
const maxSpeakers = 200;

export class People {
  readonly #present = new Map<Uid, Presence>();
  readonly #namesTaken = new Map<string, Uid>();
  /** Who spoke last stands last. */
  readonly #speakers = new Set<Uid>();
  #connected = 0;

  get count(): number {
    return this.#present.size;
  }

  /** Those with a socket on this node. */
  get connected(): number {
    return this.#connected;
  }

  *all(): Generator<Person> {
    for (const { person } of this.#present.values()) yield person;
  }

  find(uid: Uid): Person | undefined {
    return this.#present.get(uid)?.person;
  }

  /** Adds somebody not yet present, under `name` or, where that is taken, the same with a number. */
  add(id: number, uid: Uid, name: string): Person {
    const person = { id, uid, name: this.#freeName(id, uid, name) };
    this.#present.set(uid, { person, connections: 0 });
    this.#holdName(person);
    return person;
  }

  /** Somebody as another node knows them. A name that somebody here has is theirs too, until `giveWay`. */
  put(person: Person): void {
    const presence = this.#present.get(person.uid);
    if (presence === undefined) this.#present.set(person.uid, { person, connections: 0 });
    else {
      this.#releaseName(presence.person);
      presence.person = person;
    }
    this.#holdName(person);
  }

  /** Who else has this person's name, or one that looks like it. */
  rivalOf(uid: Uid): Uid | undefined {
    const name = this.find(uid)?.name;
    if (name === undefined) return undefined;
    const holders = nameKeys(name).map((key) => this.#namesTaken.get(key));
    return holders.find((holder) => holder !== undefined && holder !== uid);
  }

  /** Calls a present person by the same name with a number. */
  giveWay(uid: Uid): Person {
    const person = this.find(uid) ?? { id: 0, uid, name: "" };
    const name = this.#freeName(person.id, uid, person.name, true);
    this.put({ ...person, name });
    return { ...person, name };
  }

  remove(uid: Uid): void {
    const presence = this.#present.get(uid);
    if (presence === undefined) return;
    this.#present.delete(uid);
    this.#speakers.delete(uid);
    this.#releaseName(presence.person);
  }

  /** @returns the person under the new name, or nothing if somebody else has it */
  rename(uid: Uid, name: string): Person | undefined {
    const presence = this.#present.get(uid);
    if (presence === undefined || this.#isTaken(uid, name)) return undefined;
    this.#releaseName(presence.person);
    presence.person = { ...presence.person, name };
    this.#holdName(presence.person);
    return presence.person;
  }

  /** Counts a socket of a present person in (+1) or out (-1), and says how many there are now. */
  countConnection(uid: Uid, change: 1 | -1): number {
    const presence = this.#present.get(uid);
    if (presence === undefined) return 0;
    const before = presence.connections;
    presence.connections += change;
    this.#connected += Number(presence.connections > 0) - Number(before > 0);
    return presence.connections;
  }

  noteSpoke(uid: Uid): void {
    if (!this.#present.has(uid)) return;
    this.#speakers.delete(uid);
    this.#speakers.add(uid);
    const [longestAgo] = this.#speakers;
    if (this.#speakers.size > maxSpeakers && longestAgo !== undefined) this.#speakers.delete(longestAgo);
  }

  /** Some of the people: oneself and those who spoke last come first. Its cost does not grow with the room. */
  some(limit: number, self?: Uid): Person[] {
    const uids = new Set([...(self === undefined ? [] : [self]), ...[...this.#speakers].reverse()]);
    for (const uid of this.#present.keys()) {
      if (uids.size >= limit) break;
      uids.add(uid);
    }
    const people = [...uids].slice(0, limit).map((uid) => this.find(uid));
    return people.filter((person) => person !== undefined);
  }

  /** People whose name has `query` in it, in any case. */
  search(query: string, limit: number): Person[] {
    const wanted = query.normalize("NFC").toLowerCase();
    const found: Person[] = [];
    for (const { person } of this.#present.values()) {
      if (found.length >= limit) break;
      if (person.name.toLowerCase().includes(wanted)) found.push(person);
    }
    return found;
  }

  #freeName(id: number, uid: Uid, wanted: string, mustDiffer = false): string {
    let name = wanted;
    for (let attempt = 1; (mustDiffer && name === wanted) || this.#isTaken(uid, name); attempt += 1) {
      const suffix = ` ${numberToTry(attempt, id, uid)}`;
      name = shorten(wanted, maxNameChars - suffix.length) + suffix;
    }
    return name;
  }

  #isTaken(uid: Uid, name: string): boolean {
    return nameKeys(name).some((key) => (this.#namesTaken.get(key) ?? uid) !== uid);
  }

  #holdName({ uid, name }: Person): void {
    for (const key of nameKeys(name)) if (!this.#namesTaken.has(key)) this.#namesTaken.set(key, uid);
  }

  #releaseName({ uid, name }: Person): void {
    for (const key of nameKeys(name)) if (this.#namesTaken.get(key) === uid) this.#namesTaken.delete(key);
  }
}

/**
 * 2 to 9, then the person's own number, which is free unless somebody took it on purpose, then numbers nobody can
 * foresee: counting on would cost the thousandth "Ana" a thousand attempts.
 */
function numberToTry(attempt: number, id: number, uid: Uid): number {
  if (attempt < 9) return attempt + 1;
  return attempt === 9 ? id : fnv1a(`${uid} ${attempt}`);
}

function shorten(name: string, chars: number): string {
  return codePoints(name) <= chars ? name : Array.from(name).slice(0, chars).join("").trimEnd();
}
