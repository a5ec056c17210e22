/** How a text wants to be set: a few emoji alone are large, and Han glyphs are those of its language. */

/** One emoji: a flag, a keycap, or a picture with what joins it. A sign that is text by default, like ©, is none. */
const flag = String.raw`\p{Regional_Indicator}{2}`;
const keycap = String.raw`[0-9#*]\ufe0f?\u20e3`;
const joined = String.raw`(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)*`;
const ownPicture = String.raw`(?!\p{Regional_Indicator})\p{Emoji_Presentation}[\ufe0f\p{Emoji_Modifier}]?`;
const picture = String.raw`(?:${ownPicture}|\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}])`;
const tags = String.raw`(?:[\u{e0020}-\u{e007e}]{1,16}\u{e007f})?`;
const emojiOnly = new RegExp(String.raw`^(?:(?:${flag}|${keycap}|${picture}${joined}${tags})\s?){1,3}$`, "u");

/** Up to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return emojiOnly.test(text);
}

/** The script tells the language well enough, and wrong glyphs look foreign. */
export function languageOf(text: string): "ja" | "ko" | "zh" | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/\p{Script=Han}/u.test(text)) return "zh";
  return undefined;
}
