/**
 * The timeline that is shown, and its loading. History and live events overlap, never leave a gap: a page counts
 * only if its reader had seen everything that does not come live. After a reset the old messages stay on the page
 * until the new ones are there.
 */
import type { ChatEvent, Epoch, EventsPage, Seq } from "../protocol/events.ts";
import { fetchOlder } from "./events-page.ts";
import { reasonOf } from "./reason.ts";
import { texts } from "./texts/texts.ts";
import { Timeline } from "./timeline.ts";

export type Loading =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly reason: string };

/** Whether the messages back to one are held now; "further": there are too many in between. */
export type BackTo = "held" | "further" | "failed";

/** As far as a page goes back at once: more rows than this are slow to draw on a phone. */
const maxPagesBack = 20;
const pageBack = 200;

const newest = Number.MAX_SAFE_INTEGER;
/** A node may be a moment behind the one that holds our socket. */
const behindRetries = 5;
const behindPauseMs = 300;

export class History {
  readonly #eventsUrl: string;
  readonly #onChange: () => void;
  #shown: Timeline | undefined;
  /** Takes the live events of a new position until its history is here. */
  #next: Timeline | undefined;
  #loading: Loading = { state: "idle" };
  /** The load whose answer counts. */
  #load = {};
  #isLoadingNewest = false;
  /** Resolves when the load under way has ended. */
  #ended: Promise<void> = Promise.resolve();

  constructor(eventsUrl: string, onChange: () => void) {
    this.#eventsUrl = eventsUrl;
    this.#onChange = onChange;
  }

  get timeline(): Timeline | undefined {
    return this.#shown;
  }

  get loading(): Loading {
    return this.#loading;
  }

  /** Where a reconnect resumes. */
  get position(): { readonly since: Seq; readonly epoch: Epoch } | undefined {
    const timeline = this.#next ?? this.#shown;
    return timeline && { since: timeline.position, epoch: timeline.epoch };
  }

  /** What was asked for is coming: everything after the position, in this life of the log. */
  resumed(epoch: Epoch): void {
    (this.#next ?? this.#shown)?.adopt(epoch);
  }

  /** Live events begin after `head`: what is held counts only if it reaches that far. */
  liveFrom(epoch: Epoch, head: Seq): void {
    const held = this.#next ?? this.#shown;
    if (held?.epoch === epoch && held.position >= head) return;
    this.reset(epoch, head);
  }

  reset(epoch: Epoch, head: Seq): void {
    this.#next = new Timeline(epoch, head);
    if (!this.#isLoadingNewest) void this.loadNewest();
  }

  take(event: ChatEvent): void {
    (this.#next ?? this.#shown)?.take(event);
  }

  async loadNewest(): Promise<void> {
    this.#isLoadingNewest = true;
    await this.#run(async () => {
      const page = await this.#reachingPage();
      const timeline = this.#next ?? new Timeline(page.epoch, page.head);
      return () => {
        timeline.takeOlder(page);
        this.#shown = timeline;
        this.#next = undefined;
      };
    });
    this.#isLoadingNewest = false;
  }

  holds(seq: Seq): boolean {
    return (this.#shown?.oldest ?? Infinity) <= seq;
  }

  async loadBackTo(seq: Seq): Promise<BackTo> {
    for (let page = 0; page <= maxPagesBack; page += 1) {
      await this.#ended;
      if (this.holds(seq) || this.#shown?.hasOlder === false) return "held";
      if (page === maxPagesBack) break;
      await this.loadOlder(pageBack);
      if (this.#loading.state === "failed") return "failed";
    }
    return "further";
  }

  async loadOlder(size?: number): Promise<void> {
    const timeline = this.#shown;
    if (timeline?.oldest === undefined || !timeline.hasOlder || this.#loading.state === "loading") return;
    const { oldest } = timeline;
    await this.#run(async () => {
      const page = await fetchOlder(this.#eventsUrl, oldest, size);
      return () => timeline.takeOlder(page);
    });
  }

  /** After a failure: whatever is still missing. */
  async retry(): Promise<void> {
    if (this.#loading.state === "loading") return;
    if (this.#next !== undefined || this.#shown === undefined) await this.loadNewest();
    else if (this.#loading.state === "failed") await this.loadOlder();
  }

  /** The newest page, read late enough to meet the live events. */
  async #reachingPage(): Promise<EventsPage> {
    for (let retries = 0; retries <= behindRetries; retries += 1) {
      if (retries > 1) await new Promise((resolve) => setTimeout(resolve, behindPauseMs));
      const page = await fetchOlder(this.#eventsUrl, newest);
      if (this.#next?.reaches(page) !== false) return page;
    }
    throw new Error(texts.trouble.catchingUp);
  }

  #run(fetch: () => Promise<() => void>): Promise<void> {
    return (this.#ended = this.#take(fetch));
  }

  /** @param fetch gives what to do with its answer, unless another load has replaced this one by then */
  async #take(fetch: () => Promise<() => void>): Promise<void> {
    const load = {};
    this.#load = load;
    this.#become({ state: "loading" });
    let outcome: Loading = { state: "idle" };
    try {
      const take = await fetch();
      if (this.#load === load) take();
    } catch (error) {
      outcome = { state: "failed", reason: reasonOf(error) };
    }
    if (this.#load === load) this.#become(outcome);
  }

  #become(loading: Loading): void {
    this.#loading = loading;
    this.#onChange();
  }
}
