/** What the person reads of the room: the messages that are held, and how many of them they have not seen. */
import { signal } from "@preact/signals";
import type { ChatEvent, Epoch, Seq, Uid } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import type { ResetFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { Attention } from "./attention.ts";
import { History, type BackTo, type Loading } from "./history.ts";

export class Reading {
  readonly messages = signal<readonly ShownMessage[]>([]);
  readonly loading = signal<Loading>({ state: "idle" });
  readonly isLoaded = signal(false);
  /** Messages of others that this person has not had before their eyes. */
  readonly unseen = signal(0);
  readonly #history: History;
  readonly #attention = new Attention();
  readonly #onChange: () => void;

  constructor(eventsUrl: string, onChange: () => void) {
    this.#history = new History(eventsUrl, onChange);
    this.#onChange = onChange;
  }

  start(): void {
    void this.#history.loadNewest();
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

  welcomed({ resumed, epoch, head }: WelcomeFrame): void {
    if (resumed) this.#history.resumed(epoch);
    else this.#history.liveFrom(epoch, head);
    void this.#history.retry();
  }

  reset({ epoch, head }: ResetFrame): void {
    this.#history.reset(epoch, head);
  }

  take(event: ChatEvent): void {
    this.#history.take(event);
  }

  loadOlder(): void {
    void this.#history.loadOlder();
  }

  /** Loads the log back to a message, for a reader who is going there. */
  async loadBackTo(seq: Seq): Promise<BackTo> {
    this.#attention.goBack(!this.#history.holds(seq));
    const backTo = await this.#history.loadBackTo(seq);
    if (backTo !== "held") this.#attention.goBack(false);
    return backTo;
  }

  retry(): void {
    void this.#history.retry();
  }

  /** @param isAtNewest whether the newest message is before the person's eyes */
  watch(isAtNewest: boolean): void {
    if (isAtNewest === this.#attention.isAtNewest) return;
    this.#attention.isAtNewest = isAtNewest;
    this.#onChange();
  }

  show(me: Uid | undefined): void {
    const { timeline, loading } = this.#history;
    this.unseen.value = timeline === undefined ? 0 : this.#attention.follow(timeline, me);
    this.messages.value = timeline?.messages() ?? [];
    this.loading.value = loading;
    this.isLoaded.value = timeline !== undefined;
  }
}
