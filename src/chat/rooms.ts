/** The rooms somebody is in, by name; a room is there as soon as somebody enters it, and gone with the last one. */
import type { Metrics } from "../metrics.ts";
import type { MessageLog, RoomEvent } from "../message-log/message-log.ts";
import type { Uid } from "../protocol/events.ts";
import type { Person } from "../protocol/server-frames.ts";
import type { TokenBucket } from "../websocket/rate-limit.ts";
import type { SharedWrite } from "../websocket/shared-write.ts";
import { Crowding, writtenInAll } from "./crowding.ts";
import { FeedPosition } from "./feed-position.ts";
import type { OtherNodes, Standing } from "./other-nodes.ts";
import { People } from "./people.ts";
import { FrameCache } from "./recent-frames.ts";
import { Room } from "./room.ts";
import { putAll } from "./shared-people.ts";
import type { Turns } from "../turns.ts";
import { typingFrame } from "./typing.ts";

export interface RoomsOptions {
  readonly log: MessageLog;
  readonly metrics: Metrics;
  readonly shared: SharedWrite;
  readonly turns: Turns;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Where the chat has several nodes. */
  readonly others?: OtherNodes;
  readonly onFailure: (event: string, error: unknown) => void;
}

/** As many people as one answer over HTTP names. */
const maxPeopleListed = 500;

export class Rooms {
  readonly feed = new FeedPosition();
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  /** Rooms that only other nodes have people in since ours left, and the last number known of. */
  readonly #leftToOthers = new Map<string, number>();
  readonly #cache = new FrameCache();
  readonly #written: TokenBucket;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#written = writtenInAll(options.now);
    options.others?.follow({
      onPerson: (room, uid, standings) => this.#hear(room, uid, standings),
      onTyping: (room, uid, name) => this.#rooms.get(room)?.tell(typingFrame(uid, name)),
    });
  }

  /** Whether other nodes have people in them too. */
  get isShared(): boolean {
    return this.#options.others !== undefined;
  }

  /** Of this node. */
  get peopleCount(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.peopleHere;
    return count;
  }

  /**
   * The article's number for somebody about to come. Nothing where the room may count by itself: the chat has one
   * node, or the room knows them already. Nothing in the end, too, where no number could be had in time.
   */
  takeNumber(name: string, uid: Uid): Promise<number | undefined> | undefined {
    const { others } = this.#options;
    if (others === undefined) return undefined;
    const room = this.#rooms.get(name);
    if (room !== undefined) {
      return room.people.find(uid) === undefined ? others.takeNumber(name, room.lastUserId) : undefined;
    }
    const elsewhere = others.people(name);
    if (elsewhere.has(uid)) return undefined;
    const ids = [...elsewhere.values()].flatMap((standings) => standings.map(({ id }) => id));
    return others.takeNumber(
      name,
      ids.reduce((a, b) => Math.max(a, b), 0),
    );
  }

  get count(): number {
    return this.#rooms.size;
  }

  /** Members that are fed from the log just now. */
  get laggingCount(): number {
    let count = 0;
    for (const { connectionMap } of this.#rooms.values()) {
      for (const { isLive } of connectionMap.values()) if (!isLive) count += 1;
    }
    return count;
  }

  /** @param name canonical */
  open(name: string): Room {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    const { onFailure, ...shared } = this.#options;
    const onEmpty = (): void => {
      room.close();
      this.#rooms.delete(name);
      this.#left(room);
    };
    this.#leftToOthers.delete(name);
    const crowding = new Crowding(shared.now, this.#written);
    const room = new Room({ ...shared, name, cache: this.#cache, crowding, onEmpty, onFailure });
    this.#rooms.set(name, room);
    return room;
  }

  /** Where the log's feed arrives. */
  broadcast({ room, event }: RoomEvent): void {
    this.#rooms.get(room)?.broadcast(event);
    this.feed.passed(event.seq);
  }

  /** Of all nodes. */
  people(name: string, query: string): { count: number; people: Person[] } {
    const people = this.#rooms.get(name)?.people ?? this.#peopleElsewhere(name);
    return { count: people?.count ?? 0, people: people?.search(query, maxPeopleListed) ?? [] };
  }

  #hear(name: string, uid: Uid, standings: readonly Standing[]): void {
    this.#rooms.get(name)?.onPersonElsewhere(uid, standings);
    const last = this.#leftToOthers.get(name);
    if (last === undefined) return;
    this.#leftToOthers.set(name, Math.max(last, ...standings.map(({ id }) => id)));
    if (standings.length === 0 && this.#options.others?.people(name).size === 0) this.#emptied(name, last);
  }

  /** The last person of this node has left; numbers start again when the last one anywhere has (A4). */
  #left({ name, people, lastUserId }: Room): void {
    if (people.count === 0) this.#emptied(name, lastUserId);
    else this.#leftToOthers.set(name, lastUserId);
  }

  #emptied(name: string, last: number): void {
    this.#leftToOthers.delete(name);
    this.#options.others?.emptied(name, last);
  }

  #peopleElsewhere(name: string): People | undefined {
    const { others } = this.#options;
    if (others === undefined) return undefined;
    const people = new People();
    putAll(people, others.people(name));
    return people;
  }

  close(): void {
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }
}
