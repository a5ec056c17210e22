/**
 * The rooms this browser has been in, and how much of each is new to the person. Kept in its store, a key a room and
 * fact, so that windows writing at once lose nothing of each other; every window sees what another has written.
 */
import { signal } from "@preact/signals";
import type { UnixMs } from "../protocol/events.ts";
import type { Store } from "./store.ts";

/** More than this nobody looks through; the rooms opened least lately are forgotten. */
const maxRooms = 50;

export interface KnownRoom {
  /** Of its page's address: tells rooms of one origin apart. */
  readonly path: string;
  readonly name: string;
  readonly firstOpened: UnixMs;
  readonly lastOpened: UnixMs;
  /** Messages of others since the person last looked, as any window last knew. */
  readonly unread: number;
}

export class Rooms {
  /** The one found last first: rooms keep their places, whichever is opened. */
  readonly list = signal<readonly KnownRoom[]>([]);
  readonly here: string;
  /** Told of a room that is to be forgotten, for what else is kept of it. */
  onForget: (path: string) => void = () => undefined;
  readonly #store: Store;
  readonly #folder: string;

  /** @param here the path of the room this window shows; rooms of the same chat lie beside it */
  constructor(store: Store, here: string) {
    this.#store = store;
    this.here = here;
    this.#folder = here.slice(0, here.lastIndexOf("/") + 1);
    this.#read();
  }

  opened(now: UnixMs): void {
    const first = this.list.value.find(({ path }) => path === this.here)?.firstOpened ?? now;
    this.#store.set(roomKey(this.here), `${first} ${now}`);
    this.#read();
    const oldest = this.list.value.toSorted((a, b) => b.lastOpened - a.lastOpened).slice(maxRooms);
    for (const { path } of oldest) this.forget(path);
  }

  forget(path: string): void {
    this.#store.remove(roomKey(path));
    this.#store.remove(unreadKey(path));
    this.onForget(path);
    this.#read();
  }

  /** How much of a room is unread, by whoever has just counted. */
  counted(path: string, unread: number, now: UnixMs): void {
    this.#store.set(unreadKey(path), `${unread} ${now}`);
    this.#read();
  }

  /** When some window last counted a room's unread messages. */
  countedAt(path: string): UnixMs {
    return numbersOf(this.#store.get(unreadKey(path)))[1] ?? 0;
  }

  /** @param key nothing when everything may have changed */
  changedElsewhere(key: string | null): void {
    if (key === null || key.startsWith(roomKey("")) || key.startsWith(unreadKey(""))) this.#read();
  }

  #read(): void {
    const paths = this.#store.keys(roomKey(this.#folder)).map((key) => key.slice(roomKey("").length));
    const rooms = paths.flatMap((path) => this.#known(path) ?? []);
    this.list.value = rooms.sort((a, b) => b.firstOpened - a.firstOpened);
  }

  #known(path: string): KnownRoom | undefined {
    const [firstOpened, lastOpened] = numbersOf(this.#store.get(roomKey(path)));
    const name = nameOf(path.slice(this.#folder.length));
    if (firstOpened === undefined || lastOpened === undefined || name === undefined) return undefined;
    const [unread = 0] = numbersOf(this.#store.get(unreadKey(path)));
    return { path, name, firstOpened, lastOpened, unread };
  }
}

function roomKey(path: string): string {
  return `confab:room:${path}`;
}

function unreadKey(path: string): string {
  return `confab:unread:${path}`;
}

/** Two whole numbers; none where it is not ours. */
function numbersOf(text: string | undefined): number[] {
  return /^\d{1,16} \d{1,16}$/.test(text ?? "") ? (text ?? "").split(" ").map(Number) : [];
}

function nameOf(segment: string): string | undefined {
  try {
    return segment === "" || segment.includes("/") ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined; // Not an address of ours.
  }
}
