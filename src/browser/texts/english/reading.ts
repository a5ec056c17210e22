/** The messages, and what can be done with one. */
import type { Grammar } from "../grammar.ts";

export const reading = ({ number, plural, list }: Grammar) => {
  /** "Ana", "Ana and Bo", "Ana, Bo and 3 others". */
  const people = (names: readonly string[], others: number) =>
    list(
      others === 0
        ? names
        : [...names, plural(others, { one: "1 other", other: `${number(others)} others` })],
    );
  return {
    people,
    log: "Messages",
    notLoaded: (reason: string) => `The messages could not be loaded. ${reason}`,
    unseen: (count: number) => `${number(count)} new`,
    joined: (names: string) => `${names} joined`,
    left: (names: string) => `${names} left`,
    manyJoined: (count: number, names: string) => `${number(count)} joined: ${names}`,
    manyLeft: (count: number, names: string) => `${number(count)} left: ${names}`,
    /** Behind one's own name, for a screen reader. */
    you: "(you)",
    bot: "Bot",
    message: {
      label: "Message",
      edited: "(edited)",
      deleted: "Message deleted",
      sending: "Sending",
      reactions: "Reactions",
      reactWith: (emoji: string) => `React with ${emoji}`,
      react: "React",
      reply: "Reply",
      edit: "Edit",
      delete: "Delete",
      reallyDelete: "Delete it for everybody?",
      keep: "Keep",
    },
    quote: {
      /** Before the name of whom is answered. */
      inReplyTo: "In reply to",
      earlier: "An earlier message",
      gone: "That message is not here any more.",
      further: "That message is further back than this page can go.",
      failed: "That message could not be loaded.",
    },
  };
};
