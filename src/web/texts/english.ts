/** What the server itself says to people on pages: errors, and a room without JavaScript. Every language has this shape. */

export interface Words {
  /** A heading. */
  readonly title: string;
  /** One sentence that says what to do. */
  readonly message: string;
}

export const english = {
  language: "en",
  time: new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }),
  open: "Open",
  toLobby: "Go to the lobby",
  plain: {
    isMissing:
      "Without JavaScript you can read here what was said last, and no more: to write, to see what comes, and to look further back, allow JavaScript for this page.",
    wholeRoom: "Read the whole room as text",
    unreadable: "The messages cannot be read right now. Reload in a moment.",
    nothing: "Nobody has said anything here yet.",
    deleted: "Message deleted",
    reload: "Reload for newer ones",
  },
  problems: {
    nothingHere: {
      title: "Nothing here",
      message: "There is nothing at this address. A room is at /r/ and its name.",
    },
    noRoomName: {
      title: "That can’t be a room’s name",
      message: "A room’s name is 1 to 64 letters, digits, _ or -, and begins with a letter or digit.",
    },
    notStarted: {
      title: "Not right now",
      message: "This server cannot read its messages yet. Try again in a moment.",
    },
    tooMany: {
      title: "Not so fast",
      message: "Too many requests from your network at once. Try again in a moment.",
    },
    internal: { title: "That went wrong", message: "The fault is ours and was noted. Try again." },
    /** @param host nothing where it cannot be read */
    wrongHost: (allowed: readonly string[], host: string | undefined) => ({
      title: "Wrong address",
      message: `This chat is at ${allowed.join(" and ")}, not at ${host ?? "an unreadable host"}.`,
    }),
    wrongMethod: (method: string, allowed: readonly string[]) => ({
      title: "Not like this",
      message: `There is no ${method} here, only ${allowed.join(" and ")}.`,
    }),
    noToken: (variable: string) => ({
      title: "Not for everybody",
      message: `Show the server's ${variable}, as "Authorization: Bearer" and the token.`,
    }),
  },
};

export type Texts = typeof english;
export type Problems = Texts["problems"];
