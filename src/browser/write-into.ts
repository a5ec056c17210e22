/** Puts a text into a field as if it had been typed there, so that the browser's own undo takes it back. */
export function writeInto(
  field: HTMLTextAreaElement,
  text: string,
  from = field.selectionStart,
  to = field.selectionEnd,
): void {
  field.focus();
  field.setSelectionRange(from, to);
  // Called out of date for years, and still the only way that undo knows of.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, to, "end");
}
