/**
 * The log is one stop of Tab: the row one was at last, so that one comes back to it, and the links and wide code in that
 * row. The log itself is the stop while there is no such row: before the first, after it is gone, and when it went out of view
 * while the newest is read.
 */
import { nearestRow } from "./row-keys.ts";
import { settleCode } from "./wide-code.ts";

/** Rounding of zoomed pages. */
const endPx = 2;

/** @returns how to stop */
export function rememberRow(log: HTMLElement): () => void {
  let row: HTMLElement | undefined;
  let isInView = true;
  // Rows are drawn with -1 and know nothing of 0, so it stays whatever else changes there.
  const stopAt = (next: HTMLElement | undefined) => {
    if (row === next) return;
    if (row !== undefined) {
      reach(row, -1);
      sight.unobserve(row);
    }
    row = next;
    isInView = true;
    log.tabIndex = row === undefined ? 0 : -1;
    if (row === undefined) return;
    reach(row, 0);
    sight.observe(row);
  };
  const forgetUnseen = () => {
    const isAtEnd = -log.scrollTop <= endPx;
    if (!isInView && isAtEnd && !log.contains(document.activeElement)) stopAt(undefined);
  };
  const sight = new IntersectionObserver(
    (entries) => {
      isInView = entries.at(-1)?.isIntersecting ?? true;
      forgetUnseen();
    },
    { root: log },
  );
  const onFocus = ({ target }: FocusEvent) => {
    const at = target instanceof Element ? target.closest<HTMLElement>(".row") : null;
    if (at !== null) stopAt(at);
  };
  const changes = new MutationObserver(() => {
    // New words may bring new links.
    if (row?.isConnected === true) reach(row, 0);
    if (row === undefined || row.isConnected) return;
    const { key } = row.dataset;
    const next = nearestRow(log, row);
    stopAt(next?.dataset["key"] === key ? (next ?? undefined) : undefined);
  });
  log.addEventListener("focusin", onFocus);
  log.addEventListener("scroll", forgetUnseen, { passive: true });
  changes.observe(log, { childList: true, subtree: true });
  return () => {
    log.removeEventListener("focusin", onFocus);
    log.removeEventListener("scroll", forgetUnseen);
    changes.disconnect();
    sight.disconnect();
  };
}

function reach(row: HTMLElement, tabIndex: 0 | -1): void {
  for (const element of [row, ...row.querySelectorAll<HTMLElement>(".text a")]) element.tabIndex = tabIndex;
  for (const pre of row.querySelectorAll("pre")) settleCode(pre);
}
