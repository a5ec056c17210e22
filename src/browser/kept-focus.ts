/**
 * The focus is never lost with what had it: where that is taken away (a message, a button that has done its work), what
 * is nearest to it has the focus next. Else who goes by keyboard or ear would stand at the page's beginning.
 */
import { nearestRow } from "./row-keys.ts";

interface Held {
  readonly element: Element;
  /** What it stands in, from within. */
  readonly around: readonly Element[];
  /** Its place in a list, if it has one. */
  readonly at: number;
}

/** @returns how to stop */
export function keepFocus(page: Document): () => void {
  let held: Held | undefined;
  const onFocus = ({ target }: FocusEvent) => {
    // By mouse or touch nobody looks where it is, and showing it would show a row's tools.
    held = target instanceof Element && target.matches(":focus-visible") ? hold(target) : undefined;
  };
  const changes = new MutationObserver(() => {
    if (held === undefined || held.element.isConnected || page.activeElement !== page.body) return;
    const next = nextTo(held, page);
    held = undefined;
    next?.focus({ preventScroll: true });
  });
  page.addEventListener("focusin", onFocus);
  changes.observe(page.body, { childList: true, subtree: true });
  return () => {
    page.removeEventListener("focusin", onFocus);
    changes.disconnect();
  };
}

function hold(element: Element): Held {
  const around: Element[] = [];
  for (let above = element.parentElement; above !== null; above = above.parentElement) around.push(above);
  const item = element.closest("li");
  return {
    element,
    around,
    at: [...(item?.parentElement?.children ?? [])].findIndex((each) => each === item),
  };
}

/** In a panel its field, not the button that closes it. */
const focusable = "a[href], input, button:not(.panel .icon-btn)";

function nextTo({ element, around, at }: Held, page: Document): HTMLElement | null {
  const near = around.find((each) => each.isConnected);
  const dialog = around.find((each) => each.matches("dialog, .panel"));
  // A dialog that is gone gave the focus back by itself.
  if (dialog?.isConnected === false) return null;
  const item = near?.matches("ul") === true ? (near.children[at] ?? near.lastElementChild) : null;
  const inside = (item ?? dialog)?.querySelector<HTMLElement>(focusable) ?? null;
  if (inside !== null || dialog !== undefined) return inside;
  const row = [element, ...around].find((each) => each.matches(".row"));
  if (row === undefined) return page.querySelector("textarea");
  return row.isConnected && row instanceof HTMLElement ? row : nearestRow(page.querySelector(".log"), row);
}
