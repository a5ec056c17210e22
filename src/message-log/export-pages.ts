/** A room's whole history, page by page, on a connection of its own: flat memory, and no checkpoint waits for it. */
import type { ChatEvent, Seq } from "../protocol/events.ts";
import { LogReader } from "./log-reader.ts";

const messagesPerPage = 200;

export async function* exportPages(
  path: string,
  room: string,
  head: Seq,
): AsyncGenerator<readonly ChatEvent[]> {
  const reader = new LogReader(path);
  try {
    let after = 0;
    for (let more = true; more;) {
      const page = reader.pageAfter(room, after, head, messagesPerPage);
      if (page.events.length > 0) yield page.events;
      after = page.events.findLast((event) => event.type === "msg")?.seq ?? head;
      more = page.more;
      // The reader may be a file that takes everything at once: other work gets its turn between pages.
      await new Promise(setImmediate);
    }
  } finally {
    reader.close();
  }
}
