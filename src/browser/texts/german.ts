/** German, in the form of address of a chat. */
import type { Texts } from "./english.ts";
import { being } from "./german/being.ts";
import { reading } from "./german/reading.ts";
import { room } from "./german/room.ts";
import { trouble } from "./german/trouble.ts";
import { writing } from "./german/writing.ts";
import type { Grammar } from "./grammar.ts";

/** @param locale a kind of German, for numbers and times */
export function german(locale: string, grammar: Grammar): Texts {
  return {
    locale,
    loadEmoji: async () => (await import("../emoji-german.ts")).rows,
    room: room(grammar),
    being: being(grammar),
    reading: reading(grammar),
    writing: writing(grammar),
    trouble: trouble(grammar),
  };
}
