/**
 * The timeline that is shown, and its loading. History and live events overlap, never leave a gap: a page counts
 * only if its reader had seen everything that does not come live. After a reset the old messages stay on the page
 * until the new ones are there.
 */
import type { ChatEvent, Epoch, EventsPage, Seq } from "../protocol/events.ts";
import { fetchOlder } from "./events-page.ts";
import { Timeline } from "./timeline.ts";

export type Loading =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly reason: string };

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

  async loadOlder(): Promise<void> {
    const timeline = this.#shown;
    if (timeline?.oldest === undefined || !timeline.hasOlder || this.#loading.state === "loading") return;
    const { oldest } = timeline;
    await this.#run(async () => {
      const page = await fetchOlder(this.#eventsUrl, oldest);
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
    throw new Error("The server is still catching up.");
  }

  /** @param fetch gives what to do with its answer, unless another load has replaced this one by then */
  async #run(fetch: () => Promise<() => void>): Promise<void> {
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

function reasonOf(error: unknown): string {
  // fetch rejects with a TypeError or a DOMException whose words are the browser's own.
  if (error instanceof TypeError || error instanceof DOMException) return "The server can’t be reached.";
  return error instanceof Error ? error.message : String(error);
}
