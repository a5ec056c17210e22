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
  unseen: (count, hasMore) => `${number(count)}${hasMore ? "+" : ""} neue`,
  line: "Neu",
  toNewest: "Zu den neuesten",
  joined: (names) => `Dazugekommen: ${names}`,
  left: (names) => `Gegangen: ${names}`,
  manyJoined: (count, names) => `${number(count)} dazugekommen: ${names}`,
  manyLeft: (count, names) => `${number(count)} gegangen: ${names}`,
  you: "(du)",
  bot: "Bot",
  message: {
    label: "Nachricht",
    code: "Code",
    edited: "(bearbeitet)",
    deleted: "Nachricht gelöscht",
    sending: "Wird gesendet",
    reactions: "Reaktionen",
    reactWith: (emoji) => `Mit ${emoji} reagieren`,
    react: "Reagieren",
    more: "Was man damit tun kann",
    link: { copy: "Link kopieren", copied: "Link kopiert", notCopied: "Nicht kopiert" },
    copyText: "Text kopieren",
    reply: "Antworten",
    edit: "Bearbeiten",
    delete: "Löschen",
    reallyDelete: "Für alle löschen?",
    moreReactions: "Mehr Reaktionen",
    keep: "Behalten",
  },
  jump: {
    gone: "Diese Nachricht gibt es in diesem Raum nicht.",
    deleted: "Diese Nachricht wurde gelöscht.",
    failed: "Diese Nachricht konnte nicht geladen werden. Versuch es noch einmal.",
  },
  quote: {
    inReplyTo: "Antwort an",
    earlier: "Eine frühere Nachricht",
  },
});
