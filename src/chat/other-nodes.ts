/**
 * What a room needs of the other nodes of one chat: who is in it there, and a number that no newcomer elsewhere is
 * given. A chat of one node has none of this, and joining it takes no turn of the event loop more.
 */
import type { Uid, UnixMs } from "../protocol/events.ts";
import type { Person } from "../protocol/server-frames.ts";

/** A person as one node knows them. Times are the nodes' clocks': they settle who keeps what, and no more. */
export interface Standing extends Person {
  readonly came_at: UnixMs;
  /** Since when they have this name. */
  readonly named_at: UnixMs;
}

export interface OtherNodesListener {
  /** @param standings one a node they are on; none: they left the last of them */
  onPerson(room: string, uid: Uid, standings: readonly Standing[]): void;
  onTyping(room: string, uid: Uid, name: string): void;
}

export interface OtherNodes {
  follow(listener: OtherNodesListener): void;
  /** A room's people on other nodes, each with their standing on every node they are on. */
  people(room: string): ReadonlyMap<Uid, readonly Standing[]>;
  /** Somebody came here, or has another name or number now. */
  present(room: string, standing: Standing): void;
  absent(room: string, uid: Uid): void;
  typing(room: string, uid: Uid, name: string): void;
  /**
   * The article's number for a newcomer, above `above`. Nothing if none could be had within about two seconds: presence
   * is no reason to keep anybody out.
   */
  takeNumber(room: string, above: number): Promise<number | undefined>;
  /** Nobody is in the room any more, as far as is known: numbers may start again if none above `last` was given. */
  emptied(room: string, last: number): void;
}

/** One person of what several nodes know: the number of the first coming, the latest name. The same on every node. */
export function merged(standings: readonly [Standing, ...Standing[]]): Standing {
  const first = standings.reduce((a, b) => (cameEarlier(a, b) ? a : b));
  const latest = standings.reduce((a, b) => (isNamedLater(a, b) ? a : b));
  return { ...latest, id: first.id, came_at: first.came_at };
}

/** Whether `a`, of two of one name, is the one that keeps it. */
export function keepsName(a: Standing, b: Standing): boolean {
  return a.named_at < b.named_at || (a.named_at === b.named_at && a.uid < b.uid);
}

function cameEarlier(a: Standing, b: Standing): boolean {
  return a.came_at < b.came_at || (a.came_at === b.came_at && a.id <= b.id);
}

function isNamedLater(a: Standing, b: Standing): boolean {
  return a.named_at > b.named_at || (a.named_at === b.named_at && a.name >= b.name);
}
