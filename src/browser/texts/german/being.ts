/** Die eigenen Räume, was ein Raum meldet, während man woanders ist, die Leinwand, und der Raum in einer anderen Seite. */
import type { being as english } from "../english/being.ts";
import type { Grammar } from "../grammar.ts";

export const being = ({ number, plural }: Grammar): ReturnType<typeof english> => ({
  rooms: {
    title: "Deine Räume",
    button: (unread) => (unread === 0 ? "Deine Räume" : `Deine Räume, ${number(unread)} ungelesen`),
    unread: (count) => `${number(count)} ungelesen`,
    manyUnread: (count) => `mehr als ${number(count)} ungelesen`,
    open: "Raum öffnen oder anlegen",
    anyName: "irgendein-name",
    badName: "Nur Buchstaben, Ziffern, - und _, zuerst ein Buchstabe oder eine Ziffer.",
    forget: (room) => `${room} von der Liste nehmen`,
  },
  options: {
    title: "Optionen",
    button: "Optionen dieses Raums",
    notify: "Benachrichtige mich, wenn ich woanders bin",
    levels: { all: "Alles", mentions: "Wenn ich erwähnt werde", none: "Nichts" },
    blocked:
      "Dieser Browser lässt keine Mitteilungen dieser Seite zu. In seinen Einstellungen lässt sich das ändern.",
    whileOpen: "Nur, solange diese Seite irgendwo offen ist.",
    sound: "Mit einem Ton",
    project: "Auf einer Leinwand zeigen",
    exportText: "Raum als Text speichern",
    exportData: "Als Daten speichern",
    keys: "Tastenkürzel",
    install: "Als App installieren",
    failed: "Dieser Teil der Seite ließ sich nicht laden. Versuch es noch einmal, oder lade sie neu.",
  },
  keys: {
    title: "Tastenkürzel",
    write: {
      title: "Schreiben",
      send: "Senden",
      break: "Neue Zeile",
      editLast: "Deine letzte Nachricht ändern",
      mention: "Jemanden erwähnen",
      emoji: "Emoji",
      command: "Befehl",
    },
    read: {
      title: "Lesen",
      step: "Vorige, nächste Nachricht",
      first: "Erste geladene Nachricht",
      newest: "Neueste Nachricht",
      back: "Zurück zum Schreiben",
    },
    message: {
      title: "Auf einer Nachricht",
      react: "Reagieren",
      reply: "Antworten",
      link: "Ihren Link kopieren",
      delete: "Deine löschen",
    },
    anywhere: { title: "Überall", search: "Suche", keys: "Diese Kürzel" },
    caps: {
      Control: "Strg",
      Shift: "Umschalt",
      Enter: "Eingabe",
      ArrowUp: "Pfeil hoch",
      ArrowDown: "Pfeil runter",
      Home: "Pos1",
      End: "Ende",
      Escape: "Esc",
      Delete: "Entf",
    },
  },
  news: {
    from: (name, room) => `${name} in ${room}`,
    several: (count) =>
      plural(count, { one: `${number(count)} neue Nachricht`, other: `${number(count)} neue Nachrichten` }),
  },
  projector: {
    title: "Der Raum auf der Leinwand",
    invitation: "Link öffnen und mitreden. Ohne Konto.",
    leave: "Verlassen (Esc)",
    nothing: "Hier steht, was gesagt wird.",
  },
  embedded: {
    open: "Den ganzen Raum öffnen",
  },
  kept: "Keine Verbindung. Das war gesagt, als du zuletzt hier warst.",
  notKept: "Keine Verbindung, und von diesem Raum ist in diesem Browser nichts aufgehoben.",
});
