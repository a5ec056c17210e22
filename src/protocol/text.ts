/** Text that can be kept, whole code points and no NUL, and how much of it there is. */

/**
 * Two texts that differ only in lone surrogates become the same bytes in SQLite, and SQLite's text functions stop
 * at NUL.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** Length in code points, which is what every limit of the protocol counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count;
}

/** Its first `most` code points and "…", or all of it. Of a long text no more is looked at: a point is two units at most. */
export function beginningOf(text: string, most: number): string {
  const points = Array.from(text.slice(0, 2 * most + 1));
  return points.length > most ? `${points.slice(0, most).join("")}…` : text;
}
