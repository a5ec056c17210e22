/** The composer, the line under it, and one's own name. */
import type { Grammar } from "../grammar.ts";

export const writing = ({ number, plural }: Grammar) => ({
  message: "Message",
  send: "Send",
  sendSoon: (seconds: number) => `Send: goes on in ${seconds} s`,
  first: "Say the first thing",
  next: "Say something",
  later: "Goes out later",
  noFiles: "Files can’t be sent here.",
  editing: "Editing",
  /** Before the name of whom is answered. */
  replyingTo: "Replying to",
  replying: "Replying",
  cancelEdit: "Cancel editing",
  cancelReply: "Cancel the reply",
  cancelKey: "Cancel (Esc)",
  charactersLeft: (count: number) => `${number(count)} left`,
  tooMany: (count: number) => `${number(count)} too many`,
  typing: (names: string, count: number) =>
    plural(count, { one: `${names} is typing`, other: `${names} are typing` }),
  manyTyping: (count: number) => `${number(count)} people are typing`,
  keys: { choose: "choose", insert: "insert" },
  /** What is offered while one types. */
  suggestions: { person: "People", emoji: "Emoji", command: "Commands" },
  /** Read out while one types. */
  offered: (count: number) => plural(count, { one: "1 suggestion", other: `${number(count)} suggestions` }),
  commands: {
    what: {
      me: "what you do: “waves”",
      shrug: "adds ¯\\_(ツ)_/¯",
      name: "change your name",
      search: "find what was said",
      help: "what there is",
    },
    how: {
      me: "What do you do? “/me waves”",
      name: "Write the name behind it: “/name Ana”",
    },
    unknown: (command: string) => `There is no /${command}. To say it as it is, write //${command}`,
  },
  emoji: {
    title: "Emoji",
    find: "Find an emoji",
    yours: "Yours",
    found: "Found",
    none: "No emoji has that name.",
    notLoaded: "The emoji could not be loaded.",
    tone: "Skin tone",
    tones: ["none", "light", "medium light", "medium", "medium dark", "dark"],
    groups: [
      "Smileys and emotion",
      "People and body",
      "Parts",
      "Animals and nature",
      "Food and drink",
      "Travel and places",
      "Activities",
      "Objects",
      "Symbols",
      "Flags",
    ],
  },
  name: {
    /** Before one's name. */
    youAre: "You’re",
    change: "change",
    changeLabel: "Change your name",
    field: "Your name, for all rooms",
    save: "Save",
    keep: "Keep your name",
    tooLong: "Too long",
    notAName: "Not a name",
    taken: "Taken here",
  },
});
