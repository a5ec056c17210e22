/**
 * Tells a room who came, went and changed their name. Plain clients get the article's `users` frames, one a join
 * while the room is small; the others a `presence` with what changed over a moment. In a large room both shrink to
 * the count, since telling thousands of each other is quadratic.
 */
import type { Uid } from "../protocol/events.ts";
import type { Person, PresenceFrame, UsersFrame } from "../protocol/server-frames.ts";
import { jsonFrame } from "../websocket/frame.ts";
import type { Broadcast } from "./broadcast.ts";
import type { People } from "./people.ts";

/** Joins of a burst are collected this long: one frame at a time, 1,000 of them took 4 to 10 s. */
const usersWithinMs = 10;
const presenceWithinMs = 250;
/** Above `largeRoom` people both kinds are sent at most this often; above `hugeRoom` no names are sent. */
const largeWithinMs = 1_000;
const largeRoom = 256;
const hugeRoom = 1_000;
/** As many as `welcome` names. */
export const maxPeopleTold = 200;

export class PresenceNews {
  readonly #people: People;
  readonly #broadcast: Broadcast;
  readonly #joined = new Map<Uid, Person>();
  readonly #left = new Set<Uid>();
  readonly #renamed = new Map<Uid, string>();
  #presenceTimer: NodeJS.Timeout | undefined;
  #usersTimer: NodeJS.Timeout | undefined;
  #latest: Pick<UsersFrame, "new_user" | "id"> = { new_user: true, id: 0 };
  #isHuge = false;

  constructor(people: People, broadcast: Broadcast) {
    this.#people = people;
    this.#broadcast = broadcast;
  }

  /** The room's count, with the latest change, as the article tells it. */
  usersFrame(change = this.#latest): Buffer {
    const users: UsersFrame = { type: "users", count: this.#people.count, ...change };
    return jsonFrame(users);
  }

  /** Everything at once, for a member that missed some of it. */
  wholeFrame(self: Uid): Buffer {
    return presenceFrame(this.#people.count, { people: this.#people.some(maxPeopleTold, self) });
  }

  renamedFrame({ uid, name }: Person): Buffer {
    return presenceFrame(this.#people.count, { renamed: [{ uid, name }] });
  }

  /** Whether a newcomer's own `users` frame may be missing among those the room is sent. */
  get isLarge(): boolean {
    return this.#people.count > largeRoom;
  }

  joined(person: Person): void {
    this.#left.delete(person.uid);
    this.#joined.set(person.uid, person);
    this.#changed({ new_user: true, id: person.id });
  }

  left(person: Person): void {
    // Also told of somebody whose coming was not told yet: a newcomer's welcome may have named them meanwhile.
    this.#joined.delete(person.uid);
    this.#left.add(person.uid);
    this.#renamed.delete(person.uid);
    this.#changed({ new_user: false, id: person.id });
  }

  renamed(person: Person): void {
    if (this.#joined.has(person.uid)) this.#joined.set(person.uid, person);
    else this.#renamed.set(person.uid, person.name);
    this.#planPresence();
  }

  close(): void {
    clearTimeout(this.#presenceTimer);
    clearTimeout(this.#usersTimer);
  }

  #changed(change: Pick<UsersFrame, "new_user" | "id">): void {
    this.#latest = change;
    this.#planPresence();
    if (!this.isLarge) this.#broadcast.send({ frames: { plain: this.usersFrame(change) } }, usersWithinMs);
    else this.#usersTimer ??= setTimeout(() => this.#tellUsers(), largeWithinMs);
  }

  #tellUsers(): void {
    this.#usersTimer = undefined;
    this.#broadcast.send({ frames: { plain: this.usersFrame() } });
  }

  #planPresence(): void {
    const withinMs = this.isLarge ? largeWithinMs : presenceWithinMs;
    this.#presenceTimer ??= setTimeout(() => this.#tellPresence(), withinMs);
  }

  #tellPresence(): void {
    this.#presenceTimer = undefined;
    const wasHuge = this.#isHuge;
    this.#isHuge = this.#people.count > hugeRoom;
    this.#broadcast.send({ frames: { "confab.v1": this.#presence(wasHuge) } });
    this.#joined.clear();
    this.#left.clear();
    this.#renamed.clear();
  }

  #presence(wasHuge: boolean): Buffer {
    const { count } = this.#people;
    if (this.#isHuge) return presenceFrame(count, {});
    if (wasHuge) return presenceFrame(count, { people: this.#people.some(maxPeopleTold) });
    return presenceFrame(count, {
      joined: [...this.#joined.values()],
      left: [...this.#left],
      renamed: [...this.#renamed].map(([uid, name]) => ({ uid, name })),
    });
  }
}

function presenceFrame(count: number, news: Partial<PresenceFrame>): Buffer {
  const presence: PresenceFrame = { type: "presence", count, joined: [], left: [], renamed: [], ...news };
  return jsonFrame(presence);
}
