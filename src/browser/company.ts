/** The others in the room: who is here, who came and went, and who is typing. */
import { signal } from "@preact/signals";
import type { Seq, Uid, UnixMs } from "../protocol/events.ts";
import type { Person, PresenceFrame, TypingFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { typingInWords } from "./names-in-words.ts";
import { crowd, Presence, type Moves } from "./presence.ts";
import { Typing } from "./typing.ts";

interface Noticed {
  readonly me: Uid | undefined;
  /** The newest message when it was noticed. */
  readonly after: Seq;
  readonly at: UnixMs;
}

export class Company {
  /** People here; unknown until the first welcome. */
  readonly count = signal<number | undefined>(undefined);
  /** Grows with everything that is told of who is here. */
  readonly news = signal(0);
  /** Those of them this page knows of. */
  readonly people = signal<readonly Person[]>([]);
  readonly moves = signal<readonly Moves[]>([]);
  readonly typists = signal("");
  readonly #presence = new Presence();
  readonly #typing = new Typing();

  /** When something here changes by itself. */
  get wakeAt(): UnixMs | undefined {
    return this.#typing.wakeAt;
  }

  welcomed(frame: WelcomeFrame): void {
    this.#presence.welcome(frame);
    this.#told(frame.count);
  }

  changed(frame: PresenceFrame, noticed: Noticed): void {
    this.#presence.take(frame, noticed);
    for (const uid of frame.left) this.#typing.stopped(uid);
    this.#told(frame.count);
  }

  typing({ uid, name }: TypingFrame, now: UnixMs): void {
    this.#typing.take(uid, name, now);
  }

  /** Whoever typed has said it. */
  said(uid: Uid, now: UnixMs): void {
    this.#presence.said(uid, now);
    this.#typing.stopped(uid);
  }

  /** Nobody tells us any more. */
  lost(): void {
    this.#typing.clear();
  }

  /** Whether to tell the others now that this page's person types; counts as told. */
  isTypingDue(now: UnixMs): boolean {
    return (this.count.value ?? 0) <= crowd && this.#typing.isDue(now);
  }

  /** What this page's person typed is on its way. */
  sent(): void {
    this.#typing.said();
  }

  show(now: UnixMs): void {
    this.moves.value = this.#presence.moves;
    this.typists.value = typingInWords(this.#typing.names(now));
  }

  #told(count: number): void {
    this.count.value = count;
    this.people.value = this.#presence.people;
    this.news.value += 1;
  }
}
