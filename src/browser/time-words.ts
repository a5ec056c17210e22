/** Times in the reader's own language and zone: short in the row, whole in its title. */
import type { UnixMs } from "../protocol/events.ts";

export interface TimeWords {
  /** "9:41 AM", "09:41" */
  short(at: UnixMs): string;
  /** "9:41": where there is little room, and the whole time nearby. */
  shortest(at: UnixMs): string;
  /** "Friday 22 November 2024, 09:41:03 GMT+1": when clocks go back, an hour comes twice. */
  full(at: UnixMs): string;
  /** "Today", "Yesterday", "Thursday 21 November", with the year when it is another one. */
  day(at: UnixMs, now: UnixMs): string;
  /** Same value, same day. */
  dayKey(at: UnixMs): string;
}

/** @param locale and timeZone: the reader's own when undefined */
export function timeWords(locale?: string, timeZone?: string): TimeWords {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...zone });
  const isTwelveHours = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
  const short = format({ hour: isTwelveHours ? "numeric" : "2-digit", minute: "2-digit" });
  const full = format({ dateStyle: "full", timeStyle: "long" });
  const day = format({ weekday: "long", day: "numeric", month: "long" });
  const dayOfYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const key = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...zone,
  });
  const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const dayKey = (at: UnixMs) => key.format(at);
  return {
    short: (at) => short.format(at),
    shortest(at) {
      const parts = short.formatToParts(at).filter(({ type }) => type !== "dayPeriod");
      return parts
        .map(({ value }) => value)
        .join("")
        .trim();
    },
    full: (at) => full.format(at),
    dayKey,
    day(at, now) {
      // Counted in calendar days, since a day with a clock change has 23 or 25 hours.
      const daysAgo = Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(at))) / 86_400_000);
      if (daysAgo === 0 || daysAgo === 1) return capitalised(near.format(-daysAgo, "day"));
      const sameYear = dayKey(at).slice(0, 4) === dayKey(now).slice(0, 4);
      return capitalised((sameYear ? day : dayOfYear).format(at));
    },
  };
}

function capitalised(words: string): string {
  const [first = ""] = words;
  return first.toLocaleUpperCase() + words.slice(first.length);
}
