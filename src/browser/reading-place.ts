/**
 * Where in the log the person reads. The scroller is laid out from its end, so the browser itself keeps the newest
 * message in place while it is there, and anything above the window may grow; what grows or shrinks below is made
 * up for here, since not every browser does.
 */
/** Rounding of zoomed pages. */
const endPx = 2;
const nearStartPx = 1_200;

export class ReadingPlace {
  #scroller: HTMLElement | undefined;
  #anchor: { readonly key: string; readonly top: number } | undefined;
  #found: HTMLElement | undefined;
  #isAtEnd = true;
  #onMove: () => void = () => undefined;

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  get isNearStart(): boolean {
    if (this.#scroller === undefined) return false;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Laid out from its end, a scroller counts from 0 downwards.
    return scrollHeight - clientHeight + scrollTop < nearStartPx;
  }

  /** @returns how to stop */
  follow(scroller: HTMLElement, onMove: () => void): () => void {
    this.#scroller = scroller;
    this.#onMove = onMove;
    const moved = () => this.#moved();
    scroller.addEventListener("scroll", moved, { passive: true });
    return () => scroller.removeEventListener("scroll", moved);
  }

  /** After the rows changed. */
  restore(): void {
    const scroller = this.#scroller;
    if (scroller === undefined || this.#isAtEnd) return;
    if (this.#anchor !== undefined) {
      const row = scroller.querySelector(`[data-key="${CSS.escape(this.#anchor.key)}"]`);
      const shift = row === null ? 0 : row.getBoundingClientRect().top - this.#anchor.top;
      if (shift !== 0) scroller.scrollTop += shift;
    }
    this.#remember();
  }

  toEnd(): void {
    if (this.#scroller === undefined) return;
    this.#scroller.scrollTop = 0;
    // The scroll event comes after the next drawing, which must find the place as it is now.
    this.#moved();
  }

  /**
   * Goes to a row, and marks it until the next one.
   * @returns whether there is such a row
   */
  toRow(key: string): boolean {
    const row = this.#scroller?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
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
    if (this.#found?.hasAttribute("tabindex") === false) this.#found.tabIndex = -1;
    this.#found?.focus({ preventScroll: true });
  }

  #moved(): void {
    if (this.#scroller === undefined) return;
    this.#isAtEnd = -this.#scroller.scrollTop <= endPx;
    if (!this.#isAtEnd) this.#remember();
    this.#onMove();
  }

  /** The first row that is wholly in view is the one the eye is on. */
  #remember(): void {
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    const { top } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll<HTMLElement>("[data-key]")];
    const row = rows[firstAtOrBelow(rows, top)];
    const key = row?.dataset["key"];
    this.#anchor = row && key !== undefined ? { key, top: row.getBoundingClientRect().top } : undefined;
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
