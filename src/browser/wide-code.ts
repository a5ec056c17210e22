/**
 * Code that is wider than its place keeps its lines and scrolls sideways, for who is at it: under the mouse, in the row
 * the keyboard is at, and by touch. Elsewhere it is cut at its edge, and neither a scroller nor a stop of Tab: on the
 * way past the messages there would be as many stops as there is code.
 */

/** Rounding of zoomed pages. */
const edgePx = 1;

/** @returns how to stop */
export function followWidth(pre: HTMLElement): () => void {
  const sizes = new ResizeObserver(() => {
    pre.classList.toggle("is-wide", pre.scrollWidth > pre.clientWidth + edgePx);
    settleCode(pre);
  });
  // A window that is made narrower, and new words.
  for (const each of [pre, ...pre.children]) sizes.observe(each);
  return () => sizes.disconnect();
}

/** @param isUnderMouse as it is from now on */
export function settleCode(pre: HTMLElement, isUnderMouse = pre.matches(":hover")): void {
  const isByTouch = matchMedia("(hover: none)").matches;
  const isReached = isByTouch || isUnderMouse || pre.closest<HTMLElement>(".row")?.tabIndex === 0;
  if (isReached && pre.matches(".is-wide")) pre.tabIndex = 0;
  else pre.removeAttribute("tabindex");
}
