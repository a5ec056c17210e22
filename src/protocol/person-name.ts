/** What people are called: what they chose, or a friendly name made from their uid, the same on server and page. */
import type { Uid } from "./events.ts";
import { codePoints, isStorable } from "./text.ts";

export const maxNameChars = 32;

/** Control characters, and the marks that reorder or hide text around a name (Unicode Bidi_Control and friends). */
const forbidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
/** A name has to show something: not only spaces, joiners, and letters without a glyph like the Hangul filler. */
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name as it is kept (trimmed, NFC, inner white space single), or nothing if it is not one. */
export function normalName(spelling: string): string | undefined {
  if (!isStorable(spelling) || forbidden.test(spelling)) return undefined;
  const name = spelling.normalize("NFC").trim().replace(/\s+/gu, " ");
  return visible.test(name) && codePoints(name) <= maxNameChars ? name : undefined;
}

/** Each colour word is the name's hue on the page: `.h0` to `.h11` in its stylesheet. */
export const hues = [
  "Rose",
  "Coral",
  "Amber",
  "Olive",
  "Moss",
  "Jade",
  "Teal",
  "Sky",
  "Cobalt",
  "Iris",
  "Plum",
  "Orchid",
] as const;

const animals = [
  "Otter", "Lynx", "Wren", "Badger", "Heron", "Fox", "Hare", "Owl", "Seal", "Finch", "Stoat", "Crane", "Newt",
  "Mole", "Swift", "Ibis", "Tern", "Vole", "Lark", "Puffin", "Marten", "Robin", "Toad", "Gecko", "Bison", "Koala",
  "Panda", "Quail", "Raven", "Tapir", "Whale", "Yak",
] as const; // prettier-ignore

/** FNV-1a, 32 bit. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Index into `hues`, for the colour of a person's name and avatar. */
export function hueOf(uid: Uid): number {
  return fnv1a(uid) % hues.length;
}

/** "Teal Otter": for people who have not chosen. */
export function suggestedName(uid: Uid): string {
  const hue = hues[hueOf(uid)] ?? hues[0];
  const animal = animals[(fnv1a(uid) >>> 8) % animals.length] ?? animals[0];
  return `${hue} ${animal}`;
}
