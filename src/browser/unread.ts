/**
 * What this person has seen of a room, and from where on it is new to them; kept in the browser. The line before
 * what is new stands before the first message of others that came while the newest was not before their eyes. It
 * stays while they read, over reconnects and reloads. It goes when they say something; and once they have seen the
 * newest, the next message they miss moves it there.
 */
import type { Seq, Uid } from "../protocol/events.ts";
import type { Store } from "./store.ts";
import type { Timeline } from "./timeline.ts";

export interface Mark {
  /** Everything up to here was before their eyes. */
  readonly seen: Seq;
  /** What came after this was new to them, and they have not spoken since. */
  readonly line?: Seq;
}

export interface Reader {
  readonly me: Uid | undefined;
  /** The newest message is before their eyes. */
  readonly isAtNewest: boolean;
}

export class Unread {
  readonly #store: Store;
  readonly #key: string;
  #mark: Mark | undefined;
  /** They miss something now, and the line stands before it. */
  #isMissing = false;
  /** What has come up to here came while there was no connection, or no page. */
  #missedThrough: Seq | undefined;

  /** @param scope the room's, in this origin */
  constructor(store: Store, scope: string) {
    this.#store = store;
    this.#key = markKey(scope);
    this.#mark = readMark(store, scope);
  }

  /** Everything up to here was before their eyes; nothing on a first visit. */
  get seen(): Seq | undefined {
    return this.#mark?.seen;
  }

  get line(): Seq | undefined {
    return this.#mark?.line;
  }

  /** The connection is back: what comes up to `head` was missed. */
  returned(head: Seq): void {
    this.#missedThrough = Math.max(this.#missedThrough ?? 0, head);
  }

  /** Another window has written a key of the store. */
  changedElsewhere(key: string): void {
    if (key === this.#key) this.#adoptStored();
  }

  /** @returns how many messages of others they have not seen */
  follow(live: Timeline, { me, isAtNewest }: Reader): number {
    this.#missedThrough ??= live.position;
    // Nothing is new on a first visit.
    let { seen, line } = { line: undefined, ...(this.#mark ?? { seen: live.position }) };
    if (seen > live.position) {
      // The log was set back: what the store says is of another one.
      this.#store.remove(this.#key);
      [seen, line] = [live.position, undefined];
    }
    const spoken = live.newestOf(me) ?? 0;
    if (spoken > (line ?? seen)) {
      [seen, line] = [Math.max(seen, spoken), undefined];
      this.#isMissing = false;
    }
    const unseen = live.countAfter(seen, me);
    if (unseen > 0 && !this.#isMissing && (!isAtNewest || seen < this.#missedThrough)) {
      line = seen;
      this.#isMissing = true;
    }
    if (isAtNewest) {
      seen = live.position;
      if (seen >= this.#missedThrough) this.#isMissing = false;
    }
    this.#keep({ seen, ...(line !== undefined && { line }) });
    return isAtNewest ? 0 : unseen;
  }

  #keep(mark: Mark): void {
    const { seen, line } = this.#mark ?? {};
    if (mark.seen === seen && mark.line === line) return;
    this.#mark = mark;
    if (!this.#adoptStored()) this.#store.set(this.#key, written(mark));
  }

  /** Who has seen more knows better. */
  #adoptStored(): boolean {
    const stored = parseMark(this.#store.get(this.#key));
    if (stored === undefined || stored.seen <= (this.#mark?.seen ?? 0)) return false;
    this.#mark = stored;
    this.#isMissing = false;
    return true;
  }
}

/** What was seen of a room, as any window of this browser last knew. */
export function readMark(store: Store, scope: string): Mark | undefined {
  return parseMark(store.get(markKey(scope)));
}

/** Names a room's mark in the store. */
export function markKey(scope: string): string {
  return `confab:seen:${scope}`;
}

function written({ seen, line }: Mark): string {
  return line === undefined ? `${seen}` : `${seen} ${line}`;
}

function parseMark(text: string | undefined): Mark | undefined {
  const [, seen, line] = /^(\d{1,15})(?: (\d{1,15}))?$/.exec(text ?? "") ?? [];
  if (seen === undefined) return undefined;
  return { seen: Number(seen), ...(line !== undefined && { line: Number(line) }) };
}
