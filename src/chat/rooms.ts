/** The rooms somebody is in, by name; a room is there as soon as somebody enters it, and gone with the last one. */
import type { Metrics } from "../metrics.ts";
import type { MessageLog, RoomEvent } from "../message-log/message-log.ts";
import type { Person } from "../protocol/server-frames.ts";
import type { SharedWrite } from "../websocket/shared-write.ts";
import { FrameCache } from "./recent-frames.ts";
import { Room } from "./room.ts";
import { Turns } from "../turns.ts";

export interface RoomsOptions {
  readonly log: MessageLog;
  readonly metrics: Metrics;
  readonly shared: SharedWrite;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly onFailure: (event: string, error: unknown) => void;
}

/** As many people as one answer over HTTP names. */
const maxPeopleListed = 500;

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #cache = new FrameCache();
  readonly #turns: Turns;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#turns = new Turns(options.now);
  }

  get peopleCount(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.people.count;
    return count;
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
    };
    const room = new Room({ ...shared, name, cache: this.#cache, turns: this.#turns, onEmpty, onFailure });
    this.#rooms.set(name, room);
    return room;
  }

  /** Where the log's feed arrives. */
  broadcast({ room, event }: RoomEvent): void {
    this.#rooms.get(room)?.broadcast(event);
  }

  people(name: string, query: string): { count: number; people: Person[] } {
    const people = this.#rooms.get(name)?.people;
    return { count: people?.count ?? 0, people: people?.search(query, maxPeopleListed) ?? [] };
  }

  close(): void {
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }
}
