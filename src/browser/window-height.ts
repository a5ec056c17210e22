/**
 * The page is as high as what can be seen of it. iOS lays its keyboard over the page, and tells only by the visual
 * viewport; browsers that shrink the page themselves (`interactive-widget`) change nothing here.
 */
interface Viewport extends EventTarget {
  readonly height: number;
  readonly offsetTop: number;
  readonly scale: number;
}

/** Less than any keyboard: rounding, and bars that slide away. */
const leastKeyboardPx = 60;

export function followVisualViewport(root: HTMLElement, viewport: Viewport | null | undefined): void {
  if (viewport === null || viewport === undefined) return;
  const follow = () => {
    // Who zooms in sees a part of the page, and it must stay as it is.
    const covered = viewport.scale > 1.01 ? 0 : root.clientHeight - viewport.height;
    if (covered < leastKeyboardPx) root.style.removeProperty("--seen-height");
    else root.style.setProperty("--seen-height", `${viewport.height}px`);
    // iOS moves the page up to show the field, which is in view already.
    if (covered >= leastKeyboardPx && viewport.offsetTop > 0) scrollTo(0, 0);
  };
  viewport.addEventListener("resize", follow);
  viewport.addEventListener("scroll", follow);
  follow();
}
