/** The composer, the line under it, and one's own name. */
import type { Texts } from "../english.ts";
import type { Grammar } from "../grammar.ts";

export const writing = ({ number, plural }: Grammar): Texts["writing"] => ({
  message: "Nachricht",
  send: "Senden",
  first: "Sag das Erste",
  next: "Sag etwas",
  later: "Geht raus, wenn du wieder da bist",
  editing: "Bearbeiten",
  replyingTo: "Antwort an",
  replying: "Antworten",
  cancelEdit: "Bearbeiten abbrechen",
  cancelReply: "Antwort abbrechen",
  cancelKey: "Abbrechen (Esc)",
  charactersLeft: (count) => `noch ${number(count)}`,
  tooMany: (count) => `${number(count)} zu viel`,
  typing: (names, count) => plural(count, { one: `${names} schreibt`, other: `${names} schreiben` }),
  manyTyping: (count) => `${number(count)} Leute schreiben`,
  name: {
    youAre: "Du bist",
    change: "ändern",
    changeLabel: "Deinen Namen ändern",
    field: "Dein Name, für alle Räume",
    save: "Sichern",
    keep: "Namen behalten",
    tooLong: "Zu lang",
    notAName: "Kein Name",
    taken: "Hier vergeben",
  },
});
