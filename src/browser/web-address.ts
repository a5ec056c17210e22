/**
 * Addresses in what somebody typed. Only http, https and mailto ever become links (I9), and an address ends where its
 * sentence goes on: before closing brackets it did not open, and before punctuation at its end.
 */
/**
 * Not spaces, quotes and brackets of languages without spaces, nor characters that hide or reorder text; round and
 * square brackets are looked at one by one.
 */
const plainRun =
  /[^\s\p{Cc}<>()[\]"“”„«»「」『』（）【】`\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]*/uy;
const punctuation = new Set(".,:;!?'’*_~…。，、！？");
const brackets = ["(", ")", "[", "]"];

/** Where the address's characters that begin here end: at the latest before a bracket they did not open. */
export function addressEnd(text: string, from: number): number {
  const open = { round: 0, square: 0 };
  for (let at = from; ; at += 1) {
    plainRun.lastIndex = at;
    at += plainRun.exec(text)?.[0].length ?? 0;
    const char = text.charAt(at);
    if (!brackets.includes(char)) return at;
    const shape = char === "(" || char === ")" ? "round" : "square";
    open[shape] += char === "(" || char === "[" ? 1 : -1;
    if (open[shape] < 0) return at;
  }
}

/** Where the address that stands in a sentence from here on ends. */
export function bareAddressEnd(text: string, from: number): number {
  let end = addressEnd(text, from);
  while (end > from && punctuation.has(text.charAt(end - 1))) end -= 1;
  return end;
}

/** The address as the browser will open it, or nothing for what is none or may not be opened from a chat. */
export function safeHref(address: string): string | undefined {
  try {
    const { protocol, pathname, href } = new URL(address);
    if (protocol === "mailto:") return /^[^@]+@[^@]+$/.test(pathname) ? href : undefined;
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  } catch {
    return undefined; // "http://" alone is text.
  }
}
