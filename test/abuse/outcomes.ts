/** What became of what an attack asked for, by the server's own count in `/metrics`: statuses, close codes, refusals. */

const counted =
  /^confab_(upgrades|http_requests|closes|refused_frames)_total\{(?:status|code)="([^"]+)"\} (\d+)/gm;
const called: Readonly<Record<string, string>> = {
  upgrades: "upgrade",
  http_requests: "http",
  closes: "close",
  refused_frames: "error",
};

/** How often each. */
export type Outcomes = ReadonlyMap<string, number>;

/** @param metrics in Prometheus' text format */
export function outcomesIn(metrics: string): Outcomes {
  const found = metrics.matchAll(counted);
  return new Map(
    [...found].map(([, what = "", how = "", count]) => [`${called[what] ?? what} ${how}`, Number(count)]),
  );
}

/** What came to pass most between the two, the most often first. */
export function mostBetween(before: Outcomes, after: Outcomes, most = 4): string {
  return [...after]
    .map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([what, count]) => `${what} ×${count}`)
    .join(", ");
}
