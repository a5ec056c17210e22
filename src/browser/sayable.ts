/**
 * What is typed, as it is said: as the server can keep it, in whole characters, without empty lines around; nothing
 * where there is nothing to be seen.
 */

/** Spaces, what only forms what is beside it, and letters that are blank: Hangul's fillers, the empty Braille cell. */
const unseen = /^[\s\p{Cf}\p{Mn}\u115f\u1160\u2800\u3164\uffa0]*$/u;

export function sayable(text: string): string {
  const words = text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/^(?:[^\S\n]*\n)+/u, "")
    .trimEnd();
  return unseen.test(words) ? "" : words;
}
