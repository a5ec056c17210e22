/**
 * Code that is wider than its place keeps its lines and scrolls sideways, for who is at it: under the mouse, in the row
 * the keyboard is at, and by touch. Elsewhere it is cut at its edge, and neither a scroller nor a stop of Tab: on the
 * way past the messages there would be as many stops as there is code. It shows where its lines go on.
 */

/** Rounding of zoomed pages. */
const edgePx = 1;

/** @returns how to stop */
export function followWidth(pre: HTMLElement): () => void {
  const look = () => {
    const { scrollLeft, clientWidth, scrollWidth } = pre;
    pre.classList.toggle("is-wide", scrollWidth > clientWidth + edgePx);
    pre.classList.toggle("is-more", scrollWidth > scrollLeft + clientWidth + edgePx);
  };
  const sizes = new ResizeObserver(() => {
    look();
    settleCode(pre);
  });
  pre.addEventListener("scroll", look);
  // A window that is made narrower, and new words.
  for (const each of [pre, ...pre.children]) sizes.observe(each);
  return () => {
    sizes.disconnect();
    pre.removeEventListener("scroll", look);
  };
}

/** @param isUnderMouse as it is from now on */
export function settleCode(pre: HTMLElement, isUnderMouse = pre.matches(":hover")): void {
  const isByTouch = matchMedia("(hover: none)").matches;
  const isReached = isByTouch || isUnderMouse || pre.closest<HTMLElement>(".row")?.tabIndex === 0;
  if (isReached && pre.matches(".is-wide")) pre.tabIndex = 0;
  else pre.removeAttribute("tabindex");
}
