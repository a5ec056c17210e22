/**
 * What a text that begins with a slash asks for. What is no command of ours is not sent, so that nobody says to a room
 * what was meant for the machine; two slashes say the text with one. "/me" stays as typed: it is kept so, and every page
 * shows it as something its writer does.
 */
import { normalName } from "../protocol/person-name.ts";

export const commandNames = ["me", "shrug", "name", "search", "help"] as const;
export type CommandName = (typeof commandNames)[number];

export type Command =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "search"; readonly words: string }
  | { readonly kind: "help" }
  /** It needs words behind it. */
  | { readonly kind: "incomplete"; readonly command: "me" | "name" }
  | { readonly kind: "not-a-name" }
  | { readonly kind: "unknown"; readonly command: string };

/** A path like /usr/bin is none. */
const commandLine = /^\/(\p{L}+)(?:\s+([^]*))?$/u;
const shrug = String.raw`¯\_(ツ)_/¯`;

export function readCommand(text: string): Command {
  // A space before it, or it would be shown as what its writer does.
  if (text.startsWith("//me ")) return { kind: "say", text: ` ${text.slice(1)}` };
  if (text.startsWith("//")) return { kind: "say", text: text.slice(1) };
  const [found, command = "", rest = ""] = commandLine.exec(text) ?? [];
  if (found === undefined) return { kind: "say", text };
  const name = commandNames.find((each) => each === command.toLowerCase());
  if (name === undefined) return { kind: "unknown", command };
  return run(name, rest.trim());
}

function run(command: CommandName, rest: string): Command {
  switch (command) {
    case "me":
      return rest === "" ? { kind: "incomplete", command } : { kind: "say", text: `/me ${rest}` };
    case "shrug":
      return { kind: "say", text: `${rest} ${shrug}`.trimStart() };
    case "name": {
      const name = normalName(rest);
      if (rest === "") return { kind: "incomplete", command };
      return name === undefined ? { kind: "not-a-name" } : { kind: "rename", name };
    }
    case "search":
      return { kind: "search", words: rest };
    case "help":
      return { kind: "help" };
  }
}

/** What its writer does, if that is what the text says: "/me waves". */
export function actionOf(text: string): string | undefined {
  return /^\/me\s+(\S[^]*)$/u.exec(text)?.[1];
}
