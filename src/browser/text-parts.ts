/**
 * Splits what somebody typed into text and links. Only http and https become links; everything else stays text,
 * and text is only ever put on the page as text nodes (I9).
 */
export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

const address = /\bhttps?:\/\/[^\s<>"“”„«»「」『』（）【】]+/giu;
/** What ends a sentence around a link rather than the link. */
const trailing = /[.,:;!?'’*_~…。，、！？]+$/u;

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const shown = withoutTrail(match[0]);
    const href = safeHref(shown);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    parts.push({ kind: "link", text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

/** Leaves brackets that belong to the link (Wikipedia's) and drops those that were around it. */
function withoutTrail(link: string): string {
  let kept = link;
  for (;;) {
    const before = kept;
    kept = kept.replace(trailing, "");
    const closing = kept.at(-1);
    if (closing === ")" && count(kept, ")") > count(kept, "(")) kept = kept.slice(0, -1);
    if (closing === "]" && count(kept, "]") > count(kept, "[")) kept = kept.slice(0, -1);
    if (kept === before) return kept;
  }
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function safeHref(shown: string): string | undefined {
  try {
    const url = new URL(shown);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined; // "http://" alone is text.
  }
}

const emojiOnly =
  /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s?|\p{Regional_Indicator}{2}\s?){1,3}$/u;

/** Up to three emoji and nothing else: shown large. */
export function isEmojiOnly(text: string): boolean {
  return emojiOnly.test(text);
}

/** Which glyphs a Han text wants: the script tells the language well enough, and wrong glyphs look foreign. */
export function languageOf(text: string): "ja" | "ko" | "zh" | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/\p{Script=Han}/u.test(text)) return "zh";
  return undefined;
}
