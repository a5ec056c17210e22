/** What is typed, as it is said: as the server can keep it, in whole characters, without empty lines around. */
export function sayable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/^(?:[^\S\n]*\n)+/u, "")
    .trimEnd();
}
