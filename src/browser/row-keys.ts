/**
 * Keys of the log: Up, Down, Home and End walk through its rows, Tab goes into a row's tools from there, Escape goes
 * back to writing.
 */
const steps = ["ArrowUp", "ArrowDown", "Home"];

/** @returns whether the key was for the rows */
export function walkRows(log: HTMLElement, event: KeyboardEvent): boolean {
  const { key, target } = event;
  if (!steps.includes(key) || hasModifier(event)) return false;
  if (!(target instanceof HTMLElement) || (target !== log && !target.matches(".row"))) return false;
  const rows = rowsOf(log);
  const next = rows[nextAt(rows, target, log, key)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

/** Once it is drawn. */
export function focusNewest(log: Element | null): void {
  requestAnimationFrame(() => rowsOf(log).at(-1)?.focus({ preventScroll: true }));
}

/** What stands where a row stood: the row itself drawn anew, the one after it, the last one; else the log. */
export function nearestRow(log: HTMLElement | null, gone: Element): HTMLElement | null {
  const rows = rowsOf(log);
  const { key } = (gone as HTMLElement).dataset;
  const seq = seqOf(gone);
  const isSame = (row: HTMLElement) => row.dataset["key"] === key;
  const isAfter = (row: HTMLElement) => seq > 0 && seqOf(row) > seq;
  return rows.find(isSame) ?? rows.find(isAfter) ?? rows.at(-1) ?? log;
}

/** What is not kept yet has none. */
function seqOf({ id }: Element): number {
  return Number(id.slice(1));
}

function rowsOf(log: Element | null): readonly HTMLElement[] {
  return [...(log?.querySelectorAll<HTMLElement>(".row") ?? [])];
}

/** End goes to the newest message, from an empty composer too, where it has nothing else to do. */
export function asksForNewest(event: KeyboardEvent): boolean {
  const { key, target, isComposing } = event;
  if (key !== "End" || isComposing || hasModifier(event)) return false;
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return !isField || (target instanceof HTMLTextAreaElement && target.value === "");
}

/** From an empty composer, and from nowhere, the log is what one pages through. */
export function asksForPage(event: KeyboardEvent): "PageUp" | "PageDown" | undefined {
  const { key, target, isComposing } = event;
  if ((key !== "PageUp" && key !== "PageDown") || isComposing || hasModifier(event)) return undefined;
  const isNowhere = target === document.body;
  return isNowhere || (target instanceof HTMLTextAreaElement && target.value === "") ? key : undefined;
}

function hasModifier({ shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return shiftKey || ctrlKey || altKey || metaKey;
}

/** From the log itself, one begins with the last row in view. */
function nextAt(rows: readonly HTMLElement[], from: HTMLElement, log: HTMLElement, key: string): number {
  if (key === "Home") return 0;
  const at = rows.indexOf(from);
  const { bottom } = log.getBoundingClientRect();
  if (at < 0) return rows.findLastIndex((row) => row.getBoundingClientRect().bottom <= bottom + 1);
  return Math.min(rows.length - 1, Math.max(0, at + (key === "ArrowUp" ? -1 : 1)));
}
