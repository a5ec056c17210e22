/** The emoji one can pick, and how one is found: by its short code first, then by its name, then by what it is about. */

export interface Emoji {
  readonly char: string;
  readonly name: string;
  readonly codes: readonly string[];
  /** What else it is found by. */
  readonly tags: readonly string[];
  readonly group: number;
  readonly hasTones: boolean;
}

/** Of the skin; the first is none, a picture's own yellow. */
export const tones = ["", "🏻", "🏼", "🏽", "🏾", "🏿"] as const;

/** @param rows as web/emoji-rows.ts writes them */
export function readEmoji(rows: string): readonly Emoji[] {
  return rows.split("\n").map((row) => {
    const [char = "", name = "", codes = "", tags = "", group = ""] = row.split("\t");
    const words = (text: string) => text.split(" ").filter((word) => word !== "");
    const hasTones = group.endsWith("+");
    return { char, name, codes: words(codes), tags: words(tags), group: parseInt(group, 10), hasTones };
  });
}

export function toned({ char, hasTones }: Emoji, tone: number): string {
  return hasTones && tone > 0 ? char.replace(/^(.)\ufe0f?/u, `$1${tones[tone] ?? ""}`) : char;
}

/** The best matches first; of equals, the ones people know first. */
export function findEmoji(all: readonly Emoji[], query: string, most = Infinity): readonly Emoji[] {
  const wanted = query.trim().toLowerCase();
  const ranks: Emoji[][] = [[], [], [], [], []];
  for (const emoji of all) {
    const rank = rankOf(emoji, wanted);
    if (rank !== undefined) ranks[rank]?.push(emoji);
  }
  return ranks.flat().slice(0, most);
}

function rankOf({ name, codes, tags }: Emoji, wanted: string): number | undefined {
  const lower = name.toLowerCase();
  if (codes.includes(wanted) || lower === wanted) return 0;
  if (codes.some((code) => code.startsWith(wanted))) return 1;
  if (`_${lower.replace(/[\s-]/g, "_")}`.includes(`_${wanted.replace(/[\s-]/g, "_")}`)) return 2;
  if (tags.some((tag) => tag.toLowerCase().startsWith(wanted))) return 3;
  // Two letters stand in the midst of many a code: ":DD" is a laugh, and no middle finger.
  return wanted.length > 2 && codes.some((code) => code.includes(wanted)) ? 4 : undefined;
}
