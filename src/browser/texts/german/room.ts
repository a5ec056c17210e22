/** The header, the share dialog, and the panels beside the room. */
import type { Texts } from "../english.ts";
import type { Grammar } from "../grammar.ts";

export const room = ({ number }: Grammar): Texts["room"] => ({
  close: "Schließen",
  link: {
    copy: "Link kopieren",
    copied: "Kopiert",
    notCopied: "Nicht kopiert",
    share: "Diesen Raum teilen",
    shareHint: "QR-Code und Link",
    systemShare: "Teilen…",
    code: "QR-Code des Links zu diesem Raum",
    noCode: "Der Code konnte nicht geladen werden. Der Link ist:",
    whoMayCome: "Alle mit dem Link",
    whoMayComeIn: "Alle mit dem Link können hereinkommen",
  },
  empty: {
    alone:
      "Dieser Raum ist dieser Link, und noch bist du allein darin. Verschick ihn: Wer ihn öffnet, ist drin, ohne Konto, und liest vom ersten Wort an mit.",
    silent:
      "Hier wurde noch nichts gesagt. Wer diesen Link öffnet, ist drin, ohne Konto, und liest vom ersten Wort an mit.",
  },
  people: {
    title: "Leute",
    button: "Wer hier ist",
    onlyYou: "Nur du",
    here: (count) => `${number(count)} hier`,
    find: "Jemanden finden",
    you: "du",
    notLoaded: (reason) => `Wer hier ist, konnte nicht geladen werden. ${reason}`,
    nobody: (query) => `Hier heißt niemand „${query}“.`,
    rest: (count) => `und ${number(count)} mehr: such sie mit Namen`,
  },
  search: {
    title: "Suche",
    button: "Suche (Strg K)",
    find: "Finden, was hier gesagt wurde",
    hint: "Ganze Wörter, oder der Anfang des letzten.",
    nothing: "Keine Nachricht hat diese Wörter.",
    found: (count) => `${number(count)} gefunden`,
    newest: (count) => `Die ${number(count)} neuesten`,
    going: "Auf dem Weg dorthin…",
    keys: { move: "bewegen", go: "hingehen", close: "schließen" },
  },
});
