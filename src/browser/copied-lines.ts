/** What a selection over several messages says where it is pasted: "Ana: hello", a line each. */
export function copyAsLines(log: HTMLElement, event: ClipboardEvent): void {
  const selection = document.getSelection();
  if (selection === null || selection.rangeCount === 0 || event.clipboardData === null) return;
  const range = selection.getRangeAt(0);
  const texts = [...log.querySelectorAll<HTMLElement>(".row > .text")];
  const chosen = texts.filter((text) => range.intersectsNode(text));
  // A part of one message is copied as it stands.
  if (chosen.length < 2) return;
  event.clipboardData.setData("text/plain", chosen.map((text) => lineOf(text, range)).join("\n"));
  event.preventDefault();
}

function lineOf(text: HTMLElement, range: Range): string {
  const name = text.closest(".group")?.querySelector(".name")?.textContent ?? "";
  const isWhole = !text.contains(range.startContainer) && !text.contains(range.endContainer);
  return `${name}: ${isWhole ? text.innerText : partOf(text, range)}`;
}

function partOf(text: HTMLElement, range: Range): string {
  const part = document.createRange();
  part.selectNodeContents(text);
  if (text.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
  if (text.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
  return part.toString();
}
