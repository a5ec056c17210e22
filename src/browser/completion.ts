/** What the word before the caret could become: somebody's name after "@", an emoji after ":", a command after "/". */

export interface Token {
  readonly kind: "person" | "emoji" | "command";
  /** Where its sign stands. */
  readonly from: number;
  /** What is typed behind the sign. */
  readonly query: string;
}

const command = /^\/(\p{L}*)$/u;
/** A number alone is none: ":30" is a time. */
const emoji = /(?:^|[\s(])(:(?!\d+$)([\p{L}\p{N}_+-]{2,32}))$/u;
/** Names have spaces, so a few words may belong to one. */
const person = /(?:^|[\s(])(@([^\s@][^@\n]{0,31})?)$/u;

/** @param caret in UTF-16 units, as a field counts */
export function tokenAt(text: string, caret: number): Token | undefined {
  const before = text.slice(0, caret);
  const [, name] = command.exec(before) ?? [];
  if (name !== undefined) return { kind: "command", from: 0, query: name };
  const [, code = "", codeQuery] = emoji.exec(before) ?? [];
  if (codeQuery !== undefined) return { kind: "emoji", from: caret - code.length, query: codeQuery };
  const [, mention, query = ""] = person.exec(before) ?? [];
  return mention === undefined ? undefined : { kind: "person", from: caret - mention.length, query };
}

/** ":heart:" typed to its end. */
export function codeBefore(text: string, caret: number): { from: number; code: string } | undefined {
  const [, whole, code] = /(?:^|[\s(])(:([\p{L}\p{N}_+-]{1,32}):)$/u.exec(text.slice(0, caret)) ?? [];
  return whole === undefined || code === undefined ? undefined : { from: caret - whole.length, code };
}

/** Whether a name begins with what was typed, or one of its words does. */
export function isNamed(name: string, query: string): boolean {
  const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return ` ${fold(name)}`.includes(` ${fold(query)}`);
}
