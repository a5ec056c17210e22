/** A room as one JSON object, a message a line, in the words of the protocol. */
import type { ShownMessage } from "../protocol/fold.ts";

export async function* jsonExport(
  room: string,
  pages: AsyncIterable<readonly ShownMessage[]>,
): AsyncGenerator<string, void> {
  let text = `{"room":${JSON.stringify(room)},"messages":[`;
  let separator = "\n";
  for await (const page of pages) {
    for (const message of page) {
      text += separator + JSON.stringify(exported(message));
      separator = ",\n";
    }
    yield text;
    text = "";
  }
  yield `${text}\n]}\n`;
}

function exported({ message, text, isDeleted, isEdited, reactions }: ShownMessage): object {
  const { seq, at, id, uid, name, reply_to, bot } = message;
  return {
    seq,
    at,
    id,
    uid,
    name,
    msg: text,
    reply_to,
    bot,
    edited: isEdited ? true : undefined,
    deleted: isDeleted ? true : undefined,
    reactions: reactions.length === 0 ? undefined : reactions.map(exportedReaction),
  };
}

function exportedReaction({ emoji, by }: ShownMessage["reactions"][number]): object {
  return { emoji, by: by.map(({ uid, name }) => ({ uid, name })) };
}
