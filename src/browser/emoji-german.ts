/** The emoji with their German names, put here by the build (web/emoji-rows.ts). Fetched when they are first wanted. */
declare const emojiRowsGerman: string;

export const rows = emojiRowsGerman;
