/** The emoji with their English names, put here by the build (web/emoji-rows.ts). Fetched when they are first wanted. */
declare const emojiRowsEnglish: string;

export const rows = emojiRowsEnglish;
