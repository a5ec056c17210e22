/** How long to wait before coming back: full jitter, so that a thousand pages do not return in step. */

const floorMs = 200;
const firstCapMs = 1_000;
const lastCapMs = 30_000;

/**
 * @param attempt 0 for the first try after a loss: 0.2 to 1 s; each further one up to twice as long, 30 s at most
 * @param random in [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  const capMs = Math.min(lastCapMs, firstCapMs * 2 ** attempt);
  return floorMs + random * (capMs - floorMs);
}
