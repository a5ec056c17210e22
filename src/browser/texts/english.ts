/** English; also the shape every other language has. */
import type { Grammar } from "./grammar.ts";
import { being } from "./english/being.ts";
import { reading } from "./english/reading.ts";
import { room } from "./english/room.ts";
import { trouble } from "./english/trouble.ts";
import { writing } from "./english/writing.ts";

export type Texts = ReturnType<typeof english>;

/** @param locale a kind of English, for numbers and times */
export function english(locale: string, grammar: Grammar) {
  return {
    /** What `<html lang>` says, and what numbers and times are written by. */
    locale,
    loadEmoji: async () => (await import("../emoji-english.ts")).rows,
    room: room(grammar),
    being: being(grammar),
    reading: reading(grammar),
    writing: writing(grammar),
    trouble: trouble(grammar),
  };
}
