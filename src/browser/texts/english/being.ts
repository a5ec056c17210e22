/** One's rooms, what the room tells while one is elsewhere, the projector, and the room in another page. */
import type { Grammar } from "../grammar.ts";

export const being = ({ number, plural }: Grammar) => ({
  rooms: {
    title: "Your rooms",
    button: (unread: number) => (unread === 0 ? "Your rooms" : `Your rooms, ${number(unread)} unread`),
    unread: (count: number) => `${number(count)} unread`,
    manyUnread: (count: number) => `more than ${number(count)} unread`,
    open: "Open or make a room",
    anyName: "any-name",
    badName: "Only letters, digits, - and _, with a letter or digit first.",
    forget: (room: string) => `Take ${room} off the list`,
  },
  options: {
    title: "Options",
    button: "Options of this room",
    notify: "Notify me while I’m elsewhere",
    levels: { all: "Everything", mentions: "Mentions of me", none: "Nothing" },
    blocked: "This browser blocks notifications of this site. Its settings can change that.",
    whileOpen: "Works while this page is open somewhere.",
    sound: "With a sound",
    project: "Show on a screen",
    exportText: "Save the room as text",
    exportData: "Save it as data",
    keys: "Keyboard shortcuts",
    install: "Install as an app",
    failed: "That part of the page could not be loaded. Try again, or reload it.",
  },
  keys: {
    title: "Keyboard shortcuts",
    write: {
      title: "Write",
      send: "Send",
      break: "New line",
      editLast: "Edit your last message",
      mention: "Mention someone",
      emoji: "Emoji",
      command: "Command",
    },
    read: {
      title: "Read",
      step: "Previous, next message",
      first: "First message loaded",
      newest: "Newest message",
      back: "Back to writing",
    },
    message: {
      title: "On a message",
      react: "React",
      reply: "Reply",
      link: "Copy its link",
      delete: "Delete yours",
    },
    anywhere: { title: "Anywhere", search: "Search", keys: "These shortcuts" },
    caps: {
      Control: "Ctrl",
      Shift: "Shift",
      Enter: "Enter",
      ArrowUp: "Up",
      ArrowDown: "Down",
      Home: "Home",
      End: "End",
      Escape: "Esc",
      Delete: "Del",
    },
  },
  news: {
    from: (name: string, room: string) => `${name} in ${room}`,
    several: (count: number) =>
      plural(count, { one: `${number(count)} new message`, other: `${number(count)} new messages` }),
  },
  projector: {
    title: "The room on a screen",
    invitation: "Open the link and say it. No account.",
    leave: "Leave (Esc)",
    nothing: "What is said stands here.",
  },
  embedded: {
    open: "Open the whole room",
  },
  kept: "No connection. This is what was said when you were last here.",
  notKept: "No connection, and nothing of this room is kept in this browser.",
});
