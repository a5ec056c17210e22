/**
 * Where in the log the person reads. The scroller is laid out from its end, so the browser itself keeps the newest
 * message in place while it is followed, and anything above the window may grow. For who reads anywhere else, the
 * line under their eye is kept where it is, whatever is added, taken away, folded anew or covered.
 */
import { signal } from "@preact/signals";
import type { Seq } from "../protocol/events.ts";

/** Rounding of zoomed pages. */
const endPx = 2;
/** How far from an end the next page is fetched: further than one turn of a wheel goes before it is there. */
const nearPx = 2_400;

interface Anchor {
  readonly key: string;
  readonly top: number;
}

export class ReadingPlace {
  /** More than a window away from the end. */
  readonly isFarUp = signal(false);
  #scroller: HTMLElement | undefined;
  #anchor: Anchor | undefined;
  #found: HTMLElement | undefined;
  #isAtEnd = true;
  /** What is shown ends with the newest message. */
  #endsWithNewest = true;
  #isFollowing = true;
  #onMove: () => void = () => undefined;

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
    const seq = Number(this.#row(this.#anchor.key)?.id.slice(1));
    return seq > 0 ? seq : undefined;
  }

  /** @returns how to stop */
  follow(scroller: HTMLElement, onMove: () => void): () => void {
    this.#scroller = scroller;
    this.#onMove = onMove;
    const moved = () => this.#moved();
    scroller.addEventListener("scroll", moved, { passive: true });
    // A window that is turned, a keyboard that comes up, a reply that grows: all that no drawing of the log tells.
    const sizes = new ResizeObserver(() => this.#hold());
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
    this.#remember();
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
    return true;
  }

  /** For who reads by keyboard or ear. */
  focusFound(): void {
    this.#found?.focus({ preventScroll: true });
  }

  #moved(): void {
    if (this.#scroller === undefined) return;
    this.#measure(this.#scroller);
    this.#isFollowing = this.#isAtEnd && this.#endsWithNewest;
    this.#remember();
    this.#onMove();
  }

  /** Brings the line under the eye back to where it was. */
  #hold(): void {
    const scroller = this.#scroller;
    if (scroller === undefined || this.#isFollowing || this.#anchor === undefined) return;
    const { key, top } = this.#anchor;
    const row = this.#row(key);
    const shift = row === null ? 0 : row.getBoundingClientRect().top - top;
    if (shift === 0) return;
    scroller.scrollTop += shift;
    this.#measure(scroller);
    this.#remember();
  }

  #measure({ scrollTop, clientHeight }: HTMLElement): void {
    this.#isAtEnd = -scrollTop <= endPx;
    this.isFarUp.value = -scrollTop > clientHeight;
  }

  /** The first row that begins in view is the one the eye is on. */
  #remember(): void {
    const scroller = this.#scroller;
    if (scroller === undefined || this.#isFollowing) return;
    const { top } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll<HTMLElement>("[data-key]")];
    const row = rows[firstAtOrBelow(rows, top)];
    const key = row?.dataset["key"];
    this.#anchor = row && key !== undefined ? { key, top: row.getBoundingClientRect().top } : undefined;
  }

  #row(key: string): HTMLElement | null {
    return this.#scroller?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
  }
}

/** By halves: a long log has hundreds of rows, and this runs at every step of a scroll. */
function firstAtOrBelow(rows: readonly HTMLElement[], y: number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((rows[middle]?.getBoundingClientRect().top ?? 0) < y) from = middle + 1;
    else to = middle;
  }
  return from;
}
