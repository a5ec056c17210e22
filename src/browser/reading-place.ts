/**
 * Where in the log the person reads. The scroller is laid out from its end, so the browser itself keeps the newest
 * message in place while it is followed, and anything above the window may grow. For who reads anywhere else, the
 * line under their eye is kept where it is, whatever is added, taken away, folded anew or covered.
 */
import { signal } from "@preact/signals";
import type { Seq } from "../protocol/events.ts";
import { firstInView } from "./first-in-view.ts";
import { rowId } from "./permalink-address.ts";

/** Rounding of zoomed pages. */
const endPx = 2;
/** How far from an end the next page is fetched: further than one turn of a wheel goes before it is there. */
const nearPx = 2_400;
/** As much of the window as a browser itself turns by: a line or two stay, to read on from. */
const pagePart = 0.875;

interface Anchor {
  readonly row: HTMLElement;
  readonly key: string;
  readonly top: number;
}

/** A line that was under somebody's eye. */
export interface Left {
  readonly at: Seq;
  /** How far below the log's upper edge it stood. */
  readonly topPx: number;
}

export class ReadingPlace {
  /** More than a window away from the end. */
  readonly isFarUp = signal(false);
  #scroller: HTMLElement | undefined;
  #anchor: Anchor | undefined;
  /** Where the scroller was last put or heard of: only a person's own scrolling changes what they read. */
  #heardOf = 0;
  #found: HTMLElement | undefined;
  #isAtEnd = true;
  /** What is shown ends with the newest message. */
  #endsWithNewest = true;
  #isFollowing = true;
  #onMove: () => void = () => undefined;
  #onceDrawn: (() => void) | undefined;

  /** The newest message is in view, and stays so. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  get isNearStart(): boolean {
    if (this.#scroller === undefined) return false;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Laid out from its end, a scroller counts from 0 downwards.
    return scrollHeight - clientHeight + scrollTop < nearPx;
  }

  get isNearEnd(): boolean {
    return this.#scroller !== undefined && -this.#scroller.scrollTop < nearPx;
  }

  /** The message under the eye; none while the newest is followed. */
  get at(): Seq | undefined {
    if (this.#isFollowing || this.#anchor === undefined) return undefined;
    const seq = Number(this.#anchored()?.id.slice(1));
    return seq > 0 ? seq : undefined;
  }

  /** What they would like to find again; nothing where that is the newest. */
  get left(): Left | undefined {
    const { at } = this;
    const row = this.#anchored();
    return at === undefined || row === null ? undefined : { at, topPx: this.#topOf(row) };
  }

  /** @returns how to stop */
  follow(scroller: HTMLElement, onMove: () => void): () => void {
    this.#scroller = scroller;
    this.#onMove = onMove;
    const moved = () => this.#moved();
    scroller.addEventListener("scroll", moved, { passive: true });
    // A window that is turned, a keyboard that comes up, a reply that grows: all that no drawing of the log tells.
    const sizes = new ResizeObserver(() => {
      this.#hold();
      // An end may have come near.
      this.#onMove();
    });
    for (const each of [scroller, ...scroller.children]) sizes.observe(each);
    return () => {
      scroller.removeEventListener("scroll", moved);
      sizes.disconnect();
    };
  }

  /** After the rows changed. */
  restore(endsWithNewest: boolean): void {
    this.#hold();
    this.#endsWithNewest = endsWithNewest;
    this.#isFollowing = this.#isAtEnd && endsWithNewest;
    if (this.#isFollowing || this.#anchored() === null) this.#remember();
    const act = this.#onceDrawn;
    this.#onceDrawn = undefined;
    act?.();
  }

  /** @param act is done when the rows that are about to be drawn are there, before they are seen */
  onceDrawn(act: () => void): void {
    this.#onceDrawn = act;
  }

  /** To be called where the newest messages are shown, or about to be drawn. */
  toEnd(): void {
    if (this.#scroller === undefined) return;
    this.#endsWithNewest = true;
    this.#scroller.scrollTop = 0;
    // The scroll event comes after the next drawing, which must find the place as it is now.
    this.#moved();
  }

  /**
   * Goes to a row, and marks it until the next one.
   * @returns whether there is such a row
   */
  toRow(key: string): boolean {
    const row = this.#row(key);
    if (!row) return false;
    this.#found?.removeAttribute("data-found");
    this.#found = row;
    // An attribute the row's own drawing knows nothing of, so it stays whatever else changes there.
    row.setAttribute("data-found", "");
    row.scrollIntoView({ block: "center" });
    this.#moved();
    // What is around it may turn out larger than it was taken for.
    if (!this.#isFollowing) this.#anchorAt(row);
    return true;
  }

  /** Goes to where what is new begins; stays where that, and all that came since, is in view. */
  toNew(): void {
    const line = this.#scroller?.querySelector(".new");
    const row = line?.nextElementSibling?.querySelector<HTMLElement>("[data-key]");
    if (this.#scroller === undefined || !line || !row) return;
    this.#measureWhole(this.#scroller);
    if (!this.#isFollowing || this.#topOf(line) < 0) this.#put(row, this.#scroller.clientHeight / 4);
  }

  /** Goes where somebody was; stays where that is gone. */
  toLeft({ at, topPx }: Left): void {
    const row = this.#scroller?.querySelector<HTMLElement>(`#${rowId(at)}`);
    if (row) this.#put(row, topPx);
  }

  turnPage(key: "PageUp" | "PageDown"): void {
    const heightPx = this.#scroller?.clientHeight ?? 0;
    this.#scroller?.scrollBy({ top: (key === "PageUp" ? -1 : 1) * heightPx * pagePart });
  }

  /** For who reads by keyboard or ear. */
  focusFound(): void {
    this.#found?.focus({ preventScroll: true });
  }

  /** What was never in view has no height of its own yet (message.css): it has from here on. */
  #measureWhole(scroller: HTMLElement): void {
    scroller.setAttribute("data-whole", "");
    requestAnimationFrame(() => scroller.removeAttribute("data-whole"));
  }

  /** Has a row stand so far below the log's upper edge. */
  #put(row: HTMLElement, topPx: number): void {
    if (this.#scroller === undefined) return;
    row.scrollIntoView({ block: "start" });
    this.#scroller.scrollTop += this.#topOf(row) - topPx;
    this.#moved();
    if (!this.#isFollowing) this.#anchorAt(row);
  }

  #topOf(element: Element): number {
    const log = this.#scroller?.getBoundingClientRect();
    return element.getBoundingClientRect().top - (log?.top ?? 0);
  }

  #moved(): void {
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    // The browser itself scrolls for want of room, as in a window made wider, and tells of it before the sizes do.
    if (this.#isShort(scroller)) this.#hold();
    const isOwn = scroller.scrollTop === this.#heardOf && this.#anchored() !== null;
    this.#measure(scroller);
    this.#isFollowing = this.#isAtEnd && this.#endsWithNewest;
    if (this.#isFollowing || !isOwn) this.#remember();
    this.#onMove();
  }

  /** Brings the line under the eye back to where it was. */
  #hold(): void {
    const [scroller, row] = [this.#scroller, this.#anchored()];
    if (scroller === undefined || this.#isFollowing || this.#anchor === undefined || row === null) return;
    const shift = row.getBoundingClientRect().top - (this.#anchor.top - this.#byHand(scroller));
    if (shift === 0) return;
    scroller.scrollTop += shift;
    this.#measure(scroller);
    this.#anchorAt(row);
  }

  /** What the person scrolled that no event has told of yet; not what the browser did for want of room. */
  #byHand(scroller: HTMLElement): number {
    return this.#isShort(scroller) ? 0 : scroller.scrollTop - this.#heardOf;
  }

  /** There is no room any more to scroll as far up as it was. */
  #isShort({ scrollHeight, clientHeight }: HTMLElement): boolean {
    return this.#heardOf < clientHeight - scrollHeight;
  }

  #measure({ scrollTop, clientHeight }: HTMLElement): void {
    this.#heardOf = scrollTop;
    this.#isAtEnd = -scrollTop <= endPx;
    this.isFarUp.value = -scrollTop > clientHeight;
  }

  #remember(): void {
    this.#anchor = undefined;
    if (this.#scroller === undefined || this.#isFollowing) return;
    const row = firstInView(this.#scroller);
    if (row !== undefined) this.#anchorAt(row);
  }

  #anchorAt(row: HTMLElement): void {
    const key = row.dataset["key"] ?? "";
    this.#anchor = { row, key, top: row.getBoundingClientRect().top };
  }

  /** The row under the eye: mostly the same element, and looked for by its key where it was drawn anew. */
  #anchored(): HTMLElement | null {
    if (this.#anchor === undefined) return null;
    const { row, key } = this.#anchor;
    return row.isConnected && row.dataset["key"] === key ? row : this.#row(key);
  }

  #row(key: string): HTMLElement | null {
    return this.#scroller?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
  }
}
