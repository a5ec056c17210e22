/**
 * What is typed or pasted while nothing has the focus goes into the message: the field is where one writes. A file that
 * is let fall on the page does not open in its place.
 */
import { codePoints } from "../protocol/text.ts";

export function takeStrayInput(): void {
  document.addEventListener("keydown", (event) => {
    const isTaken = event.defaultPrevented || event.target !== document.body;
    if (isTaken || !writes(event) || document.querySelector("dialog[open]") !== null) return;
    // The key itself comes after this, to whatever has the focus then.
    document.querySelector("textarea")?.focus();
  });
  for (const type of ["dragover", "drop"] as const) {
    document.addEventListener(type, (event) => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    });
  }
}

/** A letter, or a text from the clipboard; the keys that open something are theirs, and a space scrolls. */
function writes({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (isComposing || altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "v";
  return codePoints(key) === 1 && ![" ", "/", "?"].includes(key);
}
