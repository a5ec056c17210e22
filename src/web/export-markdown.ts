/**
 * A room as Markdown that reads well as it is and when rendered: a heading a day, a line a message for who and when,
 * its text as a quote. No text or name can leave its line or quote, or become markup (I9).
 */
import type { ShownMessage } from "../protocol/fold.ts";
import { markdownLine, markdownQuote } from "./markdown-text.ts";

const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "UTC" });

export async function* markdownExport(
  room: string,
  pages: AsyncIterable<readonly ShownMessage[]>,
): AsyncGenerator<string, void> {
  let text = `# ${markdownLine(room)}\n\nTimes are UTC.\n`;
  let day = "";
  for await (const page of pages) {
    for (const message of page) {
      const itsDay = dayFormat.format(message.message.at);
      if (itsDay !== day) text += `\n## ${itsDay}\n`;
      day = itsDay;
      text += `\n${entry(message)}`;
    }
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function entry(shown: ShownMessage): string {
  return [heading(shown), "\n\n", body(shown), reactions(shown)].join("");
}

function heading({ message, isEdited }: ShownMessage): string {
  const notes = [
    `**${markdownLine(message.name)}**${message.bot === true ? " (bot)" : ""}`,
    timeFormat.format(message.at),
    `#${message.seq}`,
  ];
  if (message.reply_to !== undefined) notes.push(`in reply to #${message.reply_to}`);
  if (isEdited) notes.push("edited");
  return notes.join(" · ");
}

function body({ text, isDeleted }: ShownMessage): string {
  return isDeleted ? "*deleted*\n" : markdownQuote(text);
}

function reactions({ reactions: given }: ShownMessage): string {
  if (given.length === 0) return "";
  const words = given.map(({ emoji, by }) => {
    const names = by.map((react) => markdownLine(react.name)).join(", ");
    return `${markdownLine(emoji)} ${names}`;
  });
  return `\n${words.join(" · ")}\n`;
}
