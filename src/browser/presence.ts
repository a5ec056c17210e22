/**
 * Who is here, as the server last told it, and who came and went while this page watched. Comings and goings are
 * this page's own memory: they are not events, so they stand between the messages where they were noticed.
 */
import type { Seq, Uid, UnixMs } from "../protocol/events.ts";
import type { Person, PresenceFrame, WelcomeFrame } from "../protocol/server-frames.ts";

/** Above this, comings and goings say nothing any more. */
export const crowd = 256;
const maxMoves = 50;
/** The server tells who came at most a second later, in one piece with others. */
const toldWithinMs = 2_000;

interface Place {
  /** The newest message when it was noticed. */
  readonly after: Seq;
  readonly at: UnixMs;
}

interface Noticed extends Place {
  /** Is not told of their own coming. */
  readonly me: Uid | undefined;
}

/** People who came and went with no message in between. */
export interface Moves extends Place {
  readonly joined: readonly Person[];
  readonly left: readonly Person[];
}

export class Presence {
  #people = new Map<Uid, Person>();
  /** Were here before a reconnect; after a restart everybody comes back, which is no news. */
  readonly #familiar = new Set<Uid>();
  /** Whoever was heard before the server told that they came, and when. */
  readonly #heard = new Map<Uid, UnixMs>();
  #moves: readonly Moves[] = [];

  /** Those who are known; in a crowd not all who are here. */
  get people(): readonly Person[] {
    return [...this.#people.values()];
  }

  /** Oldest first; the same array until something changes. */
  get moves(): readonly Moves[] {
    return this.#moves;
  }

  welcome(frame: WelcomeFrame): void {
    for (const uid of this.#people.keys()) this.#familiar.add(uid);
    this.#people = byUid(frame.people);
  }

  /** Somebody says something: that they came is no news after it, and would stand below their own words. */
  said(uid: Uid, now: UnixMs): void {
    for (const [other, at] of this.#heard) if (now - at > toldWithinMs) this.#heard.delete(other);
    if (!this.#people.has(uid)) this.#heard.set(uid, now);
  }

  take(frame: PresenceFrame, { me, after, at }: Noticed): void {
    const isNews = ({ uid }: Person) =>
      uid !== me && !this.#people.has(uid) && at - (this.#heard.get(uid) ?? -Infinity) > toldWithinMs;
    const joined = frame.joined.filter((person) => !this.#familiar.delete(person.uid) && isNews(person));
    const left = frame.left.flatMap((uid) => this.#people.get(uid) ?? []).filter(({ uid }) => uid !== me);
    this.#update(frame);
    if (frame.count <= crowd && frame.people === undefined) this.#note(joined, left, { after, at });
  }

  #update(frame: PresenceFrame): void {
    if (frame.people !== undefined) this.#people = byUid(frame.people);
    for (const uid of frame.left) this.#people.delete(uid);
    for (const person of frame.joined) this.#people.set(person.uid, person);
    for (const { uid, name } of frame.renamed) {
      const person = this.#people.get(uid);
      if (person !== undefined) this.#people.set(uid, { ...person, name });
    }
  }

  #note(joined: readonly Person[], left: readonly Person[], { after, at }: Place): void {
    if (joined.length === 0 && left.length === 0) return;
    const last = this.#moves.at(-1);
    const isSamePlace = last?.after === after;
    const before = isSamePlace ? last : { joined: [], left: [] };
    const earlier = isSamePlace ? this.#moves.slice(0, -1) : this.#moves;
    const moves = {
      after,
      at,
      joined: [...without(before.joined, left), ...without(joined, before.left)],
      left: [...without(before.left, joined), ...without(left, before.joined)],
    };
    const isNothing = moves.joined.length === 0 && moves.left.length === 0;
    this.#moves = (isNothing ? earlier : [...earlier, moves]).slice(-maxMoves);
  }
}

function byUid(people: readonly Person[]): Map<Uid, Person> {
  return new Map(people.map((person) => [person.uid, person]));
}

/** Who came and went again in one place did neither. */
function without(people: readonly Person[], others: readonly Person[]): readonly Person[] {
  return people.filter(({ uid }) => !others.some((other) => other.uid === uid));
}
