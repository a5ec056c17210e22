/** What is offered for the word before the caret, best first, and what each puts in its place. */
import type { Person } from "../protocol/server-frames.ts";
import { commandNames } from "./commands.ts";
import { isNamed, type Token } from "./completion.ts";
import { findEmoji, toned } from "./emoji.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

type Named = Pick<Person, "uid" | "name">;

export type Suggestion = { readonly key: string; readonly insert: string } & (
  | { readonly kind: "person"; readonly person: Named }
  | { readonly kind: "emoji"; readonly char: string; readonly label: string }
  | { readonly kind: "command"; readonly label: string; readonly what: string }
);

const most = 8;

/** @param others who is here and was asked for, in a room whose people this page does not all know */
export function suggestionsFor(
  { kind, query }: Token,
  model: RoomModel,
  others: readonly Named[],
): readonly Suggestion[] {
  switch (kind) {
    case "person":
      return whoIsMeant(people(model, others), query)
        .slice(0, most)
        .map((person) => ({ kind, key: person.uid, insert: `@${person.name} `, person }));
    case "emoji":
      return emoji(query, model);
    case "command":
      return commandNames
        .filter((name) => name.startsWith(query.toLowerCase()) && name !== query.toLowerCase())
        .map((name) => {
          const { [name]: what } = texts.writing.commands.what;
          return { kind, key: name, insert: `/${name} `, label: `/${name}`, what };
        });
  }
}

function emoji(query: string, { emoji: shelf }: RoomModel): readonly Suggestion[] {
  const supply = shelf.supply.value;
  if (supply.state !== "here") return [];
  return findEmoji(supply.all, query, most).map((each) => {
    const char = toned(each, shelf.tone.value);
    const [code = each.name] = each.codes;
    return { kind: "emoji", key: each.char, insert: `${char} `, char, label: `:${code}:` };
  });
}

/**
 * Who is called so to the letter comes first: "@Ana" and Enter is not for Ana Lund. Nobody is offered where nobody else
 * could be meant, nor behind a name that is whole, until more is typed.
 */
function whoIsMeant(known: readonly Named[], query: string): readonly Named[] {
  const typed = query.trimEnd().toLowerCase();
  const isWhole = ({ name }: Named) => name.toLowerCase() === typed;
  const whole = known.filter(isWhole);
  if (whole.length > 0 && /\s$/u.test(query)) return [];
  const begun = known.filter((person) => !isWhole(person) && isNamed(person.name, query));
  return begun.length === 0 ? [] : [...whole, ...begun];
}

/** Who spoke last comes first; then the others who are here, those who were asked for last. */
function people({ company, reading, me }: RoomModel, others: readonly Named[]): readonly Named[] {
  const found = new Map<string, Named>();
  const here = new Map(company.people.value.map((person) => [person.uid, person]));
  for (const { message } of reading.part.value.messages.toReversed()) {
    if (!found.has(message.uid)) found.set(message.uid, here.get(message.uid) ?? message);
  }
  for (const person of [...here.values(), ...others])
    if (!found.has(person.uid)) found.set(person.uid, person);
  found.delete(me.uid ?? "");
  return [...found.values()];
}
