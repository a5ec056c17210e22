/** What a reaction may be: one emoji, as a person sees it. */

/** "👩🏽‍🚀" has 15 bytes; the longest emoji sequences stay under this. */
const maxEmojiBytes = 32;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Pictures, key caps and flags; digits alone are emoji to Unicode, but to nobody else. */
const emojiLike = /[\p{Emoji_Presentation}\p{Extended_Pictographic}\u20e3\u{1f1e6}-\u{1f1ff}]/u;

export function isEmoji(text: string): boolean {
  if (new TextEncoder().encode(text).length > maxEmojiBytes || !emojiLike.test(text)) return false;
  return Array.from(graphemes.segment(text)).length === 1;
}
