/** Arrows walk over a grid of buttons in several sections, as the eye sees them; Up from its first row leaves it. */

/** @returns whether the key was for the grid */
export function stepInGrid(grid: HTMLElement, before: HTMLElement | null, event: KeyboardEvent): boolean {
  const { key, target } = event;
  const cells = [...grid.querySelectorAll<HTMLElement>(".cell")];
  const at = cells.findIndex((cell) => cell === target);
  if (at < 0) return key === "ArrowDown" && goTo(cells[0]);
  switch (key) {
    case "ArrowRight":
      return goTo(cells[at + 1]);
    case "ArrowLeft":
      return goTo(cells[at - 1]);
    case "ArrowDown":
      return goTo(nearest(cells, at, 1));
    case "ArrowUp":
      return goTo(nearest(cells, at, -1) ?? before);
    case "Home":
      return goTo(cells[0]);
    case "End":
      return goTo(cells.at(-1));
    default:
      return false;
  }
}

function goTo(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  return true;
}

/** The cell in the next row that lies nearest; rows of two sections need not have as many. */
function nearest(cells: readonly HTMLElement[], from: number, step: 1 | -1): HTMLElement | undefined {
  const start = cells[from]?.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let row: number | undefined;
  for (let at = from + step; start !== undefined && at >= 0 && at < cells.length; at += step) {
    const cell = cells[at];
    const { top = 0, left = 0 } = cell?.getBoundingClientRect() ?? {};
    if (top === start.top) continue;
    row ??= top;
    if (top !== row) break;
    const isNearer = best === undefined || Math.abs(left - start.left) < distance(best, start.left);
    if (isNearer) best = cell;
  }
  return best;
}

function distance(cell: HTMLElement, left: number): number {
  return Math.abs(cell.getBoundingClientRect().left - left);
}
