/** What the server itself says to people on pages, in German, in the form of address of a chat. */
import type { Texts } from "./english.ts";

export const german: Texts = {
  language: "de",
  time: new Intl.DateTimeFormat("de", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }),
  open: "Öffne",
  toLobby: "Zur Lobby",
  plain: {
    isMissing:
      "Ohne JavaScript ist hier zu lesen, was zuletzt gesagt wurde, und nicht mehr: Erlaube JavaScript für diese Seite, um zu schreiben, zu sehen, was kommt, und weiter zurückzublättern.",
    wholeRoom: "Lies den ganzen Raum als Text",
    unreadable: "Die Nachrichten sind gerade nicht zu lesen. Lade die Seite gleich noch einmal.",
    nothing: "Hier hat noch niemand etwas gesagt.",
    deleted: "Nachricht gelöscht",
    reload: "Neu laden für Neueres",
  },
  problems: {
    nothingHere: {
      title: "Hier ist nichts",
      message: "Unter dieser Adresse gibt es nichts. Ein Raum hat die Adresse /r/ und seinen Namen.",
    },
    noRoomName: {
      title: "So kann kein Raum heißen",
      message:
        "Der Name eines Raums hat 1 bis 64 Buchstaben, Ziffern, _ oder - und beginnt mit einem Buchstaben oder einer Ziffer.",
    },
    notStarted: {
      title: "Gerade nicht",
      message: "Dieser Server kann seine Nachrichten noch nicht lesen. Versuch es gleich noch einmal.",
    },
    tooMany: {
      title: "Nicht so schnell",
      message: "Zu viele Anfragen auf einmal aus deinem Netz. Versuch es gleich noch einmal.",
    },
    internal: {
      title: "Das ging schief",
      message: "Der Fehler liegt bei uns und wurde vermerkt. Versuch es noch einmal.",
    },
    wrongHost: (allowed, host) => ({
      title: "Falsche Adresse",
      message: `Dieser Chat ist unter ${allowed.join(" und ")} zu finden, nicht unter ${host ?? "einer unlesbaren"}.`,
    }),
    wrongMethod: (method, allowed) => ({
      title: "So nicht",
      message: `Hier gibt es kein ${method}, nur ${allowed.join(" und ")}.`,
    }),
    noToken: (variable) => ({
      title: "Nicht für alle",
      message: `Der Server will sein ${variable} sehen, als „Authorization: Bearer“ und das Token.`,
    }),
  },
};
