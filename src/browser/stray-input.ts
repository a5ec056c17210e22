/**
 * What is typed or pasted while nothing has the focus, or only what was clicked in the log, goes into the message: the
 * field is where one writes. A file is not taken, and does not open in the page's place.
 */
import { codePoints } from "../protocol/text.ts";

/** @param onFile told of a file that somebody wanted to paste */
export function takeStrayInput(onFile: () => void): void {
  let clicked: EventTarget | null = null;
  document.addEventListener("focusin", ({ target }) => {
    // By keyboard one is at a row on purpose: its letters are for its tools. The first of them makes any focus visible.
    const isClicked = target instanceof Element && target.matches(".log, .row:not(:focus-visible)");
    clicked = isClicked ? target : null;
  });
  const taken = (event: KeyboardEvent) => {
    const isNowhere = event.target === document.body || event.target === clicked;
    if (!isNowhere || !writes(event) || document.querySelector("dialog[open]") !== null) return;
    // The key itself comes after this, to whatever has the focus then.
    document.querySelector("textarea")?.focus();
  };
  // Before the row hears of it.
  document.addEventListener("keydown", taken, { capture: true });
  for (const type of ["dragover", "drop"] as const) {
    document.addEventListener(type, (event) => {
      const { dataTransfer } = event;
      if (dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      // What the mouse shows: this is no place for it.
      dataTransfer.dropEffect = "none";
    });
  }
  document.addEventListener("paste", ({ clipboardData }) => {
    // A table or a text from an office program is a picture too.
    const types = clipboardData?.types ?? [];
    if (types.includes("Files") && !types.includes("text/plain")) onFile();
  });
}

/** A letter, or a text from the clipboard; the keys that open something are theirs, and a space scrolls. */
function writes({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (isComposing || altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "v";
  return codePoints(key) === 1 && ![" ", "/", "?"].includes(key);
}
