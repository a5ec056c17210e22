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
    unseen: (count: number, hasMore: boolean) => `${number(count)}${hasMore ? "+" : ""} new`,
    /** On the line before what is new. */
    line: "New",
    toNewest: "To the newest",
    joined: (names: string) => `${names} joined`,
    left: (names: string) => `${names} left`,
    manyJoined: (count: number, names: string) => `${number(count)} joined: ${names}`,
    manyLeft: (count: number, names: string) => `${number(count)} left: ${names}`,
    /** Behind one's own name, for a screen reader. */
    you: "(you)",
    bot: "Bot",
    message: {
      label: "Message",
      code: "Code",
      edited: "(edited)",
      deleted: "Message deleted",
      sending: "Sending",
      reactions: "Reactions",
      reactWith: (emoji: string) => `React with ${emoji}`,
      react: "React",
      more: "What to do with it",
      link: { copy: "Copy link", copied: "Link copied", notCopied: "Not copied" },
      copyText: "Copy text",
      reply: "Reply",
      edit: "Edit",
      delete: "Delete",
      reallyDelete: "Delete it for everybody?",
      moreReactions: "More reactions",
      keep: "Keep",
    },
    /** Of a message that somebody goes to. */
    jump: {
      gone: "That message is not in this room.",
      deleted: "That message was deleted.",
      failed: "That message could not be loaded. Try again.",
    },
    quote: {
      /** Before the name of whom is answered. */
      inReplyTo: "In reply to",
      earlier: "An earlier message",
    },
  };
};
