/** The messages, and what can be done with one. */
import type { Texts } from "../english.ts";
import type { Grammar } from "../grammar.ts";

export const reading = ({ number, plural, list }: Grammar): Texts["reading"] => ({
  people: (names, others) =>
    list(
      others === 0
        ? names
        : [...names, plural(others, { one: "1 weitere Person", other: `${number(others)} weitere` })],
    ),
  log: "Nachrichten",
  notLoaded: (reason) => `Die Nachrichten konnten nicht geladen werden. ${reason}`,
  unseen: (count) => plural(count, { one: "1 neue", other: `${number(count)} neue` }),
  joined: (names) => `Dazugekommen: ${names}`,
  left: (names) => `Gegangen: ${names}`,
  manyJoined: (count, names) => `${number(count)} dazugekommen: ${names}`,
  manyLeft: (count, names) => `${number(count)} gegangen: ${names}`,
  you: "(du)",
  bot: "Bot",
  message: {
    label: "Nachricht",
    edited: "(bearbeitet)",
    deleted: "Nachricht gelöscht",
    sending: "Wird gesendet",
    reactions: "Reaktionen",
    reactWith: (emoji) => `Mit ${emoji} reagieren`,
    react: "Reagieren",
    reply: "Antworten",
    edit: "Bearbeiten",
    delete: "Löschen",
    reallyDelete: "Für alle löschen?",
    keep: "Behalten",
  },
  quote: {
    inReplyTo: "Antwort an",
    earlier: "Eine frühere Nachricht",
    gone: "Diese Nachricht ist nicht mehr hier.",
    further: "Diese Nachricht liegt weiter zurück, als diese Seite reicht.",
    failed: "Diese Nachricht konnte nicht geladen werden.",
  },
});
