/**
 * The part of the log that is shown, and its loading: the newest messages, or an excerpt further back while they go
 * on unseen. After a reset the old messages stay on the page until the new ones are there.
 */
import type { ChatEvent, Epoch, EventsPage, Seq } from "../protocol/events.ts";
import { Excerpt } from "./excerpt.ts";
import { HistoryPages } from "./history-pages.ts";
import { Load, type Loading, type Step } from "./load.ts";
import { forgetFar } from "./log-memory.ts";
import { newestFirst, oldestFirst } from "./page-slices.ts";
import { Timeline } from "./timeline.ts";

/** Where a message is that somebody goes to: shown now, shown as deleted, nowhere in the room, or not to be had. */
export type Whereabouts = "there" | "deleted" | "gone" | "failed";

export class History {
  readonly #pages: HistoryPages;
  readonly #load: Load;
  readonly #onChange: () => void;
  #live: Timeline | undefined;
  /** Takes the live events of a new position until its history is here. */
  #next: Timeline | undefined;
  /** What is shown instead of the newest messages. */
  #excerpt: Excerpt | undefined;
  /** Takes the live acts until its pages are here. */
  #opening: Excerpt | undefined;
  #isLoadingNewest = false;
  #isGoing = false;
  #readingAt: Seq | undefined;
  /** Where the page was opened, until its reader has arrived there. */
  #openingAt: { readonly seq: Seq; readonly isNamed: boolean } | undefined;
  #failed: () => Promise<void> = () => this.loadOlder();

  /** @param nextFrame resolves when the page has drawn what it was told of */
  constructor(eventsUrl: string, onChange: () => void, nextFrame: () => Promise<unknown>) {
    this.#pages = new HistoryPages(eventsUrl);
    this.#load = new Load(onChange, nextFrame);
    this.#onChange = onChange;
  }

  /** The newest messages, shown or not. */
  get timeline(): Timeline | undefined {
    return this.#live;
  }

  get shown(): Timeline | Excerpt | undefined {
    return this.#excerpt ?? this.#live;
  }

  get showsNewest(): boolean {
    return this.#excerpt === undefined;
  }

  get loading(): Loading {
    return this.#load.loading;
  }

  /** Where a reconnect resumes. */
  get position(): { readonly since: Seq; readonly epoch: Epoch } | undefined {
    const timeline = this.#next ?? this.#live;
    return timeline && { since: timeline.position, epoch: timeline.epoch };
  }

  /** What was asked for is coming: everything after the position, in this life of the log. */
  resumed(epoch: Epoch): void {
    (this.#next ?? this.#live)?.adopt(epoch);
  }

  /** Live events begin after `head`: what is held counts only if it reaches that far. */
  liveFrom(epoch: Epoch, head: Seq): void {
    const held = this.#next ?? this.#live;
    if (held?.epoch === epoch && held.position >= head) return;
    this.reset(epoch, head);
  }

  reset(epoch: Epoch, head: Seq): void {
    this.#next = new Timeline(epoch, head);
    if (!this.#isLoadingNewest) void this.loadNewest();
  }

  /** A page an earlier visit kept, while there is nothing else to show; a reconnect resumes from its end. */
  takeKept(page: EventsPage): void {
    if (this.#live !== undefined || this.#next !== undefined) return;
    this.#live = new Timeline(page.epoch, page.head);
    this.#live.takeOlder(page);
    this.#onChange();
  }

  take(event: ChatEvent): void {
    (this.#next ?? this.#live)?.take(event);
    this.#excerpt?.take(event);
    this.#opening?.take(event);
  }

  /**
   * @param at the message that is shown first, with what is around it
   * @param isNamed without that very message the newest are shown
   */
  async start(at: Seq | undefined, isNamed: boolean): Promise<void> {
    this.#openingAt = at === undefined ? undefined : { seq: at, isNamed };
    await this.loadNewest();
  }

  async loadNewest(): Promise<void> {
    this.#isLoadingNewest = true;
    await this.#load.run(async () => {
      const page = await this.#pages.newest((read) => this.#next?.reaches(read) !== false);
      const live = this.#next ?? new Timeline(page.epoch, page.head);
      live.takeOlder(page);
      const excerpt = await this.#elsewhere(live);
      const show = () => {
        this.#live = live;
        this.#next = undefined;
        this.#show(excerpt);
      };
      return [show];
    });
    this.#isLoadingNewest = false;
  }

  async loadOlder(): Promise<void> {
    const [shown, live] = [this.shown, this.#live];
    const oldest = shown?.oldest;
    if (shown === undefined || live === undefined || oldest === undefined) return;
    if (!shown.hasOlder || this.loading.state === "loading") return;
    this.#failed = () => this.loadOlder();
    await this.#load.run(async () => {
      const page = await this.#pages.before(oldest, shown, live);
      return newestFirst(page).map(
        (slice): Step =>
          () =>
            shown.takeOlder(slice),
      );
    });
  }

  /** Towards the newest messages; where these begin, the excerpt ends. */
  async loadNewer(): Promise<void> {
    const [excerpt, live] = [this.#excerpt, this.#live];
    const last = excerpt?.newest?.seq;
    if (excerpt === undefined || live === undefined || last === undefined) return;
    if (this.loading.state === "loading") return;
    this.#failed = () => this.loadNewer();
    await this.#load.run(async () => {
      const page = await this.#pages.after(last, excerpt, live);
      const steps = oldestFirst(page).map(
        (slice): Step =>
          () =>
            excerpt.takeNewer(slice),
      );
      return [...steps, () => this.#show(excerpt)];
    });
  }

  /** Has a message shown, with what is around it, however far back it is. Nothing is forgotten until `arrived`. */
  async goTo(seq: Seq): Promise<Whereabouts> {
    this.#isGoing = true;
    while (this.loading.state === "loading") await this.#load.ended;
    if (this.#live?.spans(seq) === true) this.toNewest();
    else if (this.#excerpt?.spans(seq) !== true && !(await this.#open(seq))) return "failed";
    const found = this.shown?.find(seq);
    if (found === undefined) return "gone";
    return found.isDeleted ? "deleted" : "there";
  }

  arrived(): void {
    this.#isGoing = false;
    this.#openingAt = undefined;
  }

  toNewest(): void {
    if (this.#excerpt === undefined) return;
    this.#excerpt = undefined;
    this.#onChange();
  }

  /** After a failure: whatever is still missing. */
  async retry(): Promise<void> {
    if (this.loading.state === "loading") return;
    if (this.#next !== undefined || this.#live === undefined) await this.loadNewest();
    else if (this.loading.state === "failed") await this.#failed();
  }

  /**
   * Forgets what is far from where the person reads.
   * @param at the message under their eye; none while they follow the newest
   */
  tidy(at: Seq | undefined): void {
    this.#readingAt = at;
    const live = this.#live;
    if (live === undefined || this.#isGoing || this.loading.state === "loading") return;
    this.#excerpt = forgetFar(at, live, this.#excerpt);
  }

  /** @returns whether the message could be looked for; where it is not in the room, nothing changes */
  async #open(seq: Seq): Promise<boolean> {
    const live = this.#live;
    let hasLooked = false;
    this.#failed = () => Promise.resolve();
    await this.#load.run(async () => {
      const excerpt = live && (await this.#around(seq, live));
      const show = () => {
        hasLooked = excerpt !== undefined;
        if (excerpt?.find(seq) !== undefined) this.#show(excerpt);
      };
      return [show];
    });
    this.#opening = undefined;
    return hasLooked;
  }

  async #around(seq: Seq, live: Timeline): Promise<Excerpt> {
    const excerpt = new Excerpt(live.position);
    this.#opening = excerpt;
    await this.#pages.around(seq, excerpt, live);
    return excerpt;
  }

  /** For who begins further back in the room, or read there before a reset: that part of the log, as it is now. */
  async #elsewhere(live: Timeline): Promise<Excerpt | undefined> {
    const at = this.#openingAt?.seq ?? this.#readingAt;
    if (at === undefined || live.spans(at)) return undefined;
    const excerpt = await this.#around(at, live);
    const isNamed = this.#openingAt?.isNamed === true;
    const isAnything = isNamed ? excerpt.find(at) !== undefined : excerpt.length > 0;
    return isAnything ? excerpt : undefined;
  }

  #show(excerpt: Excerpt | undefined): void {
    this.#excerpt = this.#live !== undefined && excerpt?.joins(this.#live) === true ? undefined : excerpt;
    this.#opening = undefined;
  }
}
