/**
 * Between people's text and the search index. Scripts written without spaces are cut into single characters, found
 * again as a phrase; whatever a person types is data and can never be a syntax error of the query language.
 */

/** Marks that no indexed text holds, since control characters are taken out of it first. */
const hitStart = "\u0001";
const hitEnd = "\u0002";
const cut = "\u0003";

const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/gu;
const controls = /\p{Cc}/gu;
/** What the unicode61 tokenizer makes words of. */
const wordCharacter = /[\p{L}\p{N}\p{Co}]/u;

const maxQueryChars = 200;
const maxWords = 12;
/** A shorter beginning of a word would have to gather a good part of the whole index. */
const minPrefixChars = 3;

/**
 * The text as it is indexed. A text is taken out of the index by naming what was put in, so any change here needs a
 * migration that rebuilds the index.
 */
export function spaced(text: string): string {
  return text.normalize("NFC").replace(controls, " ").replace(unspaced, `${cut}$&${cut}`);
}

/** Stands beside every text of the room, so a common word in a small room needs no walk through all the others. */
export function roomToken(roomId: number): string {
  return `r${roomId}`;
}

export interface SearchQueries {
  /** The words side by side, as typed. */
  readonly asTyped: string;
  /** Every word, anywhere in the message. */
  readonly everyWord: string;
}

/** FTS5 queries for what a person typed; the last word may be the beginning of one. Nothing if it holds no word. */
export function searchQueries(roomId: number, typed: string): SearchQueries | undefined {
  const words = spaced(typed.toWellFormed().slice(0, maxQueryChars))
    .split(/\s+/u)
    .filter((word) => wordCharacter.test(word))
    .slice(0, maxWords);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const star = last.replaceAll(cut, "").length >= minPrefixChars ? " *" : "";
  const within = (phrases: string) => `room : ${quoted(roomToken(roomId))} AND body : (${phrases}${star})`;
  return { asTyped: within(quoted(words.join(" "))), everyWord: within(words.map(quoted).join(" AND ")) };
}

function quoted(words: string): string {
  return `"${words.replaceAll('"', '""')}"`;
}

export interface SnippetPiece {
  readonly text: string;
  readonly hit: boolean;
}

/** SQL for the part of a message around what matched, to be read by `snippetPieces`. */
export const snippetSql = "snippet(search, 0, char(1), char(2), '…', 24)";

export function snippetPieces(snippet: string): SnippetPiece[] {
  const pieces: SnippetPiece[] = [];
  for (const part of snippet.replaceAll(cut, "").split(hitStart)) {
    const [hit, rest] = part.includes(hitEnd) ? part.split(hitEnd) : ["", part];
    if (hit) pieces.push({ text: hit, hit: true });
    if (rest) pieces.push({ text: rest, hit: false });
  }
  return pieces;
}
