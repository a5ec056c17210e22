/** The header, the share dialog, and the panels beside the room. */
import type { Grammar } from "../grammar.ts";

export const room = ({ number }: Grammar) => ({
  close: "Close",
  link: {
    copy: "Copy link",
    copied: "Copied",
    notCopied: "Not copied",
    share: "Share this room",
    shareHint: "QR code and link",
    systemShare: "Share…",
    code: "QR code of the room’s link",
    noCode: "The code could not be loaded. The link is this:",
    whoMayCome: "Anyone with the link",
    whoMayComeIn: "Anyone with the link can come in",
  },
  empty: {
    alone:
      "This room is that link, and so far it’s yours alone. Send it: whoever opens it is in, no account, and reads from the first word.",
    silent:
      "Nothing was said here yet. Whoever opens that link is in, no account, and reads from the first word.",
  },
  people: {
    title: "People",
    button: "People here",
    onlyYou: "Only you",
    here: (count: number) => `${number(count)} here`,
    find: "Find someone",
    you: "you",
    notLoaded: (reason: string) => `Who is here could not be loaded. ${reason}`,
    nobody: (query: string) => `Nobody here is called “${query}”.`,
    rest: (count: number) => `and ${number(count)} more: find them by name`,
  },
  search: {
    title: "Search",
    button: "Search (Ctrl K)",
    find: "Find what was said here",
    hint: "Whole words, or the beginning of the last one.",
    nothing: "No message has these words.",
    found: (count: number) => `${number(count)} found`,
    newest: (count: number) => `The ${number(count)} newest`,
    going: "Going there…",
    keys: { move: "move", go: "go there", close: "close" },
  },
});
