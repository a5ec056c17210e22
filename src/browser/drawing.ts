/**
 * When the page draws what has changed: once a frame, however much comes; but at once what a key has done, since the
 * next key may be for it. Keys come faster than frames from who knows them by heart.
 */

/** A hidden page has no frames. */
export function inNextFrame(draw: () => void): void {
  if (document.hidden) setTimeout(draw);
  else requestAnimationFrame(draw);
}

export function drawing(page: Document): (draw: () => void) => void {
  let isKey = false;
  let waiting: (() => void) | undefined;
  const begin = () => {
    isKey = true;
    setTimeout(() => (isKey = false));
  };
  page.addEventListener("keydown", begin, { capture: true });
  // On its way the focus is nowhere: drawn then, what it comes to could be gone.
  page.addEventListener("focusout", () => (isKey = false), { capture: true });
  page.addEventListener("focusin", () => {
    begin();
    if (waiting !== undefined) queueMicrotask(waiting);
  });
  return (draw) => {
    const once = () => {
      if (waiting === once) waiting = undefined;
      draw();
    };
    waiting = once;
    if (isKey) queueMicrotask(once);
    else inNextFrame(once);
  };
}
