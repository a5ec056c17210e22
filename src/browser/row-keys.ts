/** Up and Down walk through the log's rows, newest first; Tab goes into a row's tools from there. */

/** @returns whether the key was for the rows */
export function walkRows(log: HTMLElement, event: KeyboardEvent): boolean {
  const { key, target, shiftKey, ctrlKey, altKey, metaKey } = event;
  if ((key !== "ArrowUp" && key !== "ArrowDown") || shiftKey || ctrlKey || altKey || metaKey) return false;
  if (!(target instanceof HTMLElement) || (target !== log && !target.matches(".row"))) return false;
  const rows = [...log.querySelectorAll<HTMLElement>(".row")];
  const at = rows.indexOf(target);
  const next = rows[nextAt(at, rows.length, key === "ArrowUp" ? -1 : 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

/** From the log itself, one begins at its end. */
function nextAt(at: number, length: number, step: number): number {
  return at < 0 ? length - 1 : Math.min(length - 1, Math.max(0, at + step));
}
