/** Names in a sentence: who is typing, who came and went. */

/** "Ana", "Ana and Bo", "Ana, Bo and 3 others". */
export function namesInWords(names: readonly string[], total = names.length): string {
  const shown = total <= 3 && names.length === total ? names : names.slice(0, 2);
  const rest = total - shown.length;
  const items = rest > 0 ? [...shown, rest === 1 ? "1 other" : `${rest} others`] : [...shown];
  const last = items.pop() ?? "";
  return items.length === 0 ? last : `${items.join(", ")} and ${last}`;
}

/** "Ana is typing"; nothing when nobody is. */
export function typingInWords(names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length > 3) return "Several people are typing";
  return `${namesInWords(names)} ${names.length === 1 ? "is" : "are"} typing`;
}

/** "Ana joined", "5 joined: Ana, Bo and 3 others"; the same for those who left. */
export function movesInWords(joined: readonly string[], left: readonly string[]): string {
  const words = [moved(joined, "joined"), moved(left, "left")].filter((part) => part !== "");
  return words.join(" · ");
}

function moved(names: readonly string[], verb: string): string {
  if (names.length === 0) return "";
  if (names.length <= 2) return `${namesInWords(names)} ${verb}`;
  return `${names.length} ${verb}: ${namesInWords(names)}`;
}
