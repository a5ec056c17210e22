/** What the person reads of the room: the part of the log that is shown, and what of its newest they have not seen. */
import { signal } from "@preact/signals";
import type { ChatEvent, Epoch, EventsPage, MessageEvent, Seq, Uid } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import type { ResetFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { History, type Whereabouts } from "./history.ts";
import type { Held } from "./kept-page.ts";
import type { Loading } from "./load.ts";
import type { Part } from "./rows.ts";
import type { Store } from "./store.ts";
import { Unread } from "./unread.ts";

/** What is before the person's eyes. */
export interface View {
  /** The newest message is, and stays, at the end of what they see. */
  readonly isFollowing: boolean;
  /** The page is looked at. */
  readonly isLookedAt: boolean;
  /** The message they read, anywhere else. */
  readonly at?: Seq | undefined;
}

export interface ReadingOptions {
  readonly eventsUrl: string;
  readonly store: Store;
  /** The room's, in this origin. */
  readonly scope: string;
  /** Resolves when the page has drawn what it was told of. */
  readonly nextFrame: () => Promise<unknown>;
}

export class Reading {
  readonly part = signal<Part>({ messages: [], hasOlder: false, endsWithNewest: true });
  readonly loading = signal<Loading>({ state: "idle" });
  readonly isLoaded = signal(false);
  /** Messages of others that this person has not had before their eyes. */
  readonly unseen = signal(0);
  /** There are more of them than are held. */
  readonly hasMoreUnseen = signal(false);
  /** What came after this was new to them. */
  readonly line = signal<Seq | undefined>(undefined);
  /** Told of every message that comes live. */
  onNews: (message: MessageEvent) => void = () => undefined;
  readonly #history: History;
  readonly #unread: Unread;
  readonly #onChange: () => void;
  #view: View = { isFollowing: true, isLookedAt: true };
  #wasLive = false;
  /** The reader is on their way to where they begin: nothing is before their eyes yet. */
  #isOpening = true;

  constructor({ eventsUrl, store, scope, nextFrame }: ReadingOptions, onChange: () => void) {
    this.#history = new History(eventsUrl, onChange, nextFrame);
    this.#unread = new Unread(store, scope);
    this.#onChange = onChange;
  }

  /**
   * @param at the message that is shown first; none: where what is new begins
   * @param isNamed without that very message the newest are shown
   */
  start(at?: Seq, isNamed = false): void {
    void this.#history.start(at ?? this.#unread.seen, isNamed);
  }

  /** Where a reconnect resumes. */
  get position(): { readonly since: Seq; readonly epoch: Epoch } | undefined {
    return this.#history.position;
  }

  /** Up to here everything is in the messages held, or in what lies before them. */
  get reached(): Seq | undefined {
    return this.#history.timeline?.position;
  }

  get newest(): Seq {
    return this.#history.timeline?.newest?.seq ?? 0;
  }

  /** What is held of the newest, to be kept for a visit without a server. */
  get held(): Held | undefined {
    const { timeline } = this.#history;
    return timeline && { messages: timeline.messages(), epoch: timeline.epoch, head: timeline.position };
  }

  /** What an earlier visit kept: shown until the server can be asked. */
  takeKept(page: EventsPage): void {
    this.#history.takeKept(page);
  }

  welcomed({ resumed, epoch, head }: WelcomeFrame): void {
    if (this.#wasLive) this.#unread.returned(head);
    this.#wasLive = true;
    if (resumed) this.#history.resumed(epoch);
    else this.#history.liveFrom(epoch, head);
    void this.#history.retry();
  }

  reset({ epoch, head }: ResetFrame): void {
    this.#history.reset(epoch, head);
  }

  take(event: ChatEvent): void {
    this.#history.take(event);
    if (event.type === "msg") this.onNews(event);
  }

  loadOlder(): void {
    void this.#history.loadOlder();
  }

  loadNewer(): void {
    void this.#history.loadNewer();
  }

  /** Has a message shown, however far back it is; nothing is forgotten until the reader has `arrived`. */
  async goTo(seq: Seq): Promise<Whereabouts> {
    return await this.#history.goTo(seq);
  }

  arrived(): void {
    this.#history.arrived();
    this.#isOpening = false;
    this.#onChange();
  }

  toNewest(): void {
    this.#history.toNewest();
  }

  find(seq: Seq): ShownMessage | undefined {
    return this.part.value.messages.find(({ message }) => message.seq === seq);
  }

  retry(): void {
    void this.#history.retry();
  }

  /** Another window of this browser has written to the store. */
  changedElsewhere(key: string): void {
    this.#unread.changedElsewhere(key);
    this.#onChange();
  }

  watch(view: View): void {
    const { isFollowing, isLookedAt } = this.#view;
    this.#view = view;
    if (isFollowing !== view.isFollowing || isLookedAt !== view.isLookedAt) this.#onChange();
  }

  show(me: Uid | undefined): void {
    const { isFollowing, isLookedAt, at } = this.#view;
    this.#history.tidy(isFollowing ? undefined : at);
    const { timeline, shown, showsNewest, loading } = this.#history;
    if (timeline !== undefined) {
      const isAtNewest = isFollowing && isLookedAt && showsNewest && !this.#isOpening;
      this.unseen.value = this.#unread.follow(timeline, { me, isAtNewest });
      this.hasMoreUnseen.value = timeline.hasOlder && this.unseen.value === timeline.length;
    }
    this.line.value = this.#unread.line;
    this.#showPart({
      messages: shown?.messages() ?? [],
      hasOlder: shown?.hasOlder ?? false,
      endsWithNewest: showsNewest,
    });
    this.loading.value = loading;
    this.isLoaded.value = timeline !== undefined;
  }

  /** The same part is the same value, so that nothing is built anew. */
  #showPart(part: Part): void {
    const { messages, hasOlder, endsWithNewest } = this.part.peek();
    const isSame =
      messages === part.messages && hasOlder === part.hasOlder && endsWithNewest === part.endsWithNewest;
    if (!isSame) this.part.value = part;
  }
}
