/**
 * One room's people over all nodes, in one list: each once, wherever they are connected. Two who took one name on two
 * nodes at the same moment are told apart everywhere alike: who has it longer keeps it.
 */
import type { Uid } from "../protocol/events.ts";
import type { Person } from "../protocol/server-frames.ts";
import { keepsName, merged, type OtherNodes, type Standing } from "./other-nodes.ts";
import type { People } from "./people.ts";
import type { PresenceNews } from "./presence-news.ts";

export interface SharedPeopleOptions {
  readonly room: string;
  readonly people: People;
  readonly news: PresenceNews;
  readonly others: OtherNodes;
  /** Somebody connected here has another number now, or, if `isRenamed`, had to give their name up. */
  readonly onChanged: (person: Person, isRenamed: boolean) => void;
}

export class SharedPeople {
  readonly #options: SharedPeopleOptions;
  /** Those connected here, or gone from here for less than the grace. */
  readonly #here = new Map<Uid, Standing>();
  /** As the other nodes together know them. */
  readonly #elsewhere = new Map<Uid, Standing>();

  constructor(options: SharedPeopleOptions) {
    this.#options = options;
    const { room, people, others } = options;
    for (const [uid, standings] of others.people(room)) {
      const standing = mergedOf(standings);
      if (standing === undefined) continue;
      this.#elsewhere.set(uid, standing);
      people.put(personOf(standing));
    }
  }

  /** Somebody is here now, whom the room knew from another node or not. */
  arrived(person: Person): void {
    const nowMs = Date.now();
    this.#stand(this.#elsewhere.get(person.uid) ?? { ...person, came_at: nowMs, named_at: nowMs });
  }

  /** @returns whether they are in the room still, on another node */
  departed(uid: Uid): boolean {
    this.#here.delete(uid);
    this.#options.others.absent(this.#options.room, uid);
    return this.#elsewhere.has(uid);
  }

  /** Of their own will. */
  renamed({ uid, name }: Person): void {
    const standing = this.#here.get(uid);
    // Later than what they were called before, also where that was on a node whose clock is ahead.
    if (standing !== undefined) this.#stand({ ...standing, name, named_at: laterThan(standing.named_at) });
  }

  /** Where the other nodes' news arrives. */
  onPerson(uid: Uid, standings: readonly Standing[]): void {
    const standing = mergedOf(standings);
    if (standing === undefined) this.#forget(uid);
    else {
      this.#elsewhere.set(uid, standing);
      const here = this.#here.get(uid);
      if (here === undefined) this.#show(standing);
      else this.#agree(here, merged([here, standing]));
      this.#settleName(uid);
    }
  }

  #forget(uid: Uid): void {
    if (!this.#elsewhere.delete(uid) || this.#here.has(uid)) return;
    const { people, news } = this.#options;
    const person = people.find(uid);
    people.remove(uid);
    if (person !== undefined) news.left(person);
  }

  #show(standing: Standing): void {
    const { people, news } = this.#options;
    const [before, person] = [people.find(standing.uid), personOf(standing)];
    people.put(person);
    if (before?.id !== person.id) news.joined(person);
    else if (before.name !== person.name) news.renamed(person);
  }

  /** Somebody is here and elsewhere: both nodes come to the same number and name. */
  #agree(here: Standing, agreed: Standing): void {
    if (isSame(here, agreed)) return;
    this.#stand(agreed);
    this.#show(agreed);
    this.#options.onChanged(personOf(agreed), false);
  }

  #stand(standing: Standing): void {
    this.#here.set(standing.uid, standing);
    this.#options.others.present(this.#options.room, standing);
  }

  /** Whoever is here and has to give way takes another name; who is only elsewhere does so there. */
  #settleName(uid: Uid): void {
    const { people } = this.#options;
    const rivalUid = people.rivalOf(uid);
    const [one, rival] = [this.#standing(uid), rivalUid === undefined ? undefined : this.#standing(rivalUid)];
    if (one === undefined || rival === undefined) return;
    const loser = keepsName(one, rival) ? rival : one;
    const standing = this.#here.get(loser.uid);
    if (standing === undefined) return;
    const person = people.giveWay(loser.uid);
    this.#stand({ ...standing, name: person.name, named_at: laterThan(standing.named_at) });
    // The winner holds the name from now on.
    people.put(personOf(loser === one ? rival : one));
    this.#options.news.renamed(person);
    this.#options.onChanged(person, true);
  }

  #standing(uid: Uid): Standing | undefined {
    return this.#here.get(uid) ?? this.#elsewhere.get(uid);
  }
}

/** Everybody on other nodes, for a room that nobody here is in. */
export function putAll(people: People, standings: ReadonlyMap<Uid, readonly Standing[]>): void {
  for (const of of standings.values()) {
    const standing = mergedOf(of);
    if (standing !== undefined) people.put(personOf(standing));
  }
}

function mergedOf(standings: readonly Standing[]): Standing | undefined {
  const [first, ...rest] = standings;
  return first === undefined ? undefined : merged([first, ...rest]);
}

function personOf({ id, uid, name }: Standing): Person {
  return { id, uid, name };
}

function isSame(a: Standing, b: Standing): boolean {
  return a.id === b.id && a.name === b.name && a.came_at === b.came_at && a.named_at === b.named_at;
}

function laterThan(atMs: number): number {
  return Math.max(Date.now(), atMs + 1);
}
