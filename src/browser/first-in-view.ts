/** Which message the eye is on, by where the log stands. */

/** The first row that begins in view is the one the eye is on. */
export function firstInView(scroller: HTMLElement): HTMLElement | undefined {
  const { top } = scroller.getBoundingClientRect();
  const parts = scroller.lastElementChild?.children ?? [];
  for (let at = firstEndingBelow(parts, top); at < parts.length; at += 1) {
    const rows = parts[at]?.querySelectorAll<HTMLElement>("[data-key]") ?? [];
    const row = [...rows].find((each) => each.getBoundingClientRect().top >= top);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** By halves: a long log has hundreds of groups, and this runs at every step of a scroll. */
function firstEndingBelow(parts: ArrayLike<Element>, y: number): number {
  let from = 0;
  let to = parts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((parts[middle]?.getBoundingClientRect().bottom ?? 0) <= y) from = middle + 1;
    else to = middle;
  }
  return from;
}
