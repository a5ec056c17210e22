/** The composer, the line under it, and one's own name. */
import type { Grammar } from "../grammar.ts";

export const writing = ({ number, plural }: Grammar) => ({
  message: "Message",
  send: "Send",
  first: "Say the first thing",
  next: "Say something",
  later: "Goes out when you’re back",
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
