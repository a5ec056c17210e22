/** What goes wrong, and the way on. */
import type { Texts } from "../english.ts";
import type { Grammar } from "../grammar.ts";

/** What a person may meet; the rest is for who writes clients. */
const refusals: Texts["trouble"]["refusals"] = {
  too_long: "Länger, als eine Nachricht sein darf.",
  rate_limited: "Zu viel auf einmal.",
  bad_name: "So kann niemand heißen.",
  name_taken: "So heißt hier schon jemand.",
  bad_emoji: "Eine Reaktion ist ein Emoji.",
  too_many_reactions:
    "An einer Nachricht ist nur für 20 verschiedene Reaktionen Platz, und für 2000 im Ganzen.",
  not_yours: "Das darf nur, wer sie geschrieben hat.",
  no_such_message: "Die Nachricht ist nicht hier, oder wurde gelöscht.",
  ref_reused: "Sie trägt die Nummer einer anderen.",
  unavailable: "Gerade kann nichts behalten werden.",
  internal: "Der Fehler liegt beim Server und wurde vermerkt.",
};

export const trouble = ({ number }: Grammar): Texts["trouble"] => ({
  refusals,
  tryAgain: "Noch einmal",
  retry: "Noch einmal",
  delete: "Löschen",
  forget: "Vergessen",
  notSent: "Nicht gesendet.",
  notChanged: "Nicht geändert.",
  notDeleted: "Nicht gelöscht.",
  notReacted: "Reaktion nicht behalten.",
  noAnswer: "Der Server hat nicht geantwortet.",
  overAWeekOld: "Sie ist über eine Woche alt.",
  offline: "Offline",
  down: {
    lost: "Verbinde neu…",
    restarting: "Server startet neu…",
    refusing: "Der Server ist voll…",
  },
  inSeconds: (seconds) => `in ${seconds} s`,
  tryNow: "Jetzt versuchen",
  queued: (count) => `${number(count)} warten`,
  refused: (reason) => `Nicht verbunden: ${reason}. Bitte neu laden.`,
  unreachable: "Der Server ist nicht zu erreichen.",
  problem: (status) =>
    status === 503 ? "Das geht gerade nicht. Versuch es noch einmal." : `Der Server antwortete ${status}.`,
  notAPage: "Die Antwort des Servers ist keine Seite mit Nachrichten.",
  unreadable: "Die Antwort des Servers war nicht zu lesen.",
  asksAgain: "Noch keine Antwort. Wird noch einmal gefragt…",
  catchingUp: "Der Server holt noch auf.",
});
