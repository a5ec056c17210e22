/** Names in a sentence: who is typing, who came and went. */
import { texts } from "./texts/texts.ts";

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name of another direction does not turn the sentence around it: what `<bdi>` does, where there is but text. */
export function isolated(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}

/** "Ana", "Ana and Bo", "Ana, Bo and 3 others". */
export function namesInWords(names: readonly string[]): string {
  const shown = (names.length <= 3 ? names : names.slice(0, 2)).map(isolated);
  return texts.reading.people(shown, names.length - shown.length);
}

/** "Ana is typing"; nothing when nobody is. */
export function typingInWords(names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length > 2) return texts.writing.manyTyping(names.length);
  return texts.writing.typing(namesInWords(names), names.length);
}

/** "Ana joined", "5 joined: Ana, Bo and 3 others"; the same for those who left. */
export function movesInWords(joined: readonly string[], left: readonly string[]): string {
  const { reading } = texts;
  const words = [
    moved(joined, reading.joined, reading.manyJoined),
    moved(left, reading.left, reading.manyLeft),
  ];
  return words.filter((part) => part !== "").join(" · ");
}

function moved(
  names: readonly string[],
  few: (names: string) => string,
  many: (count: number, names: string) => string,
): string {
  if (names.length === 0) return "";
  return names.length <= 2 ? few(namesInWords(names)) : many(names.length, namesInWords(names));
}
