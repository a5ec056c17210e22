/** Events of a log, each message followed by the acts on it, as the messages they leave to be shown. */
import type { ChatEvent, MessageEvent } from "../protocol/events.ts";
import { fold, shown, untouched } from "../protocol/fold.ts";
import type { NetState, ShownMessage } from "../protocol/fold.ts";

/** A message that may still have acts to come. */
interface Open {
  readonly message: MessageEvent;
  readonly state: NetState;
}

/** A page is about as long as the log's: the acts on a page's last message may go on in the next. */
export async function* shownPages(
  pages: AsyncIterable<readonly ChatEvent[]>,
): AsyncGenerator<readonly ShownMessage[], void> {
  let open: Open | undefined;
  for await (const page of pages) {
    const done: ShownMessage[] = [];
    for (const event of page) {
      if (event.type === "msg" && open !== undefined) done.push(shown(open.message, open.state));
      open = follow(open, event);
    }
    yield done;
  }
  if (open !== undefined) yield [shown(open.message, open.state)];
}

/** Events that hold whole messages, as the log's pages do. */
export function shownMessages(events: readonly ChatEvent[]): ShownMessage[] {
  const done: ShownMessage[] = [];
  let open: Open | undefined;
  for (const event of events) {
    if (event.type === "msg" && open !== undefined) done.push(shown(open.message, open.state));
    open = follow(open, event);
  }
  if (open !== undefined) done.push(shown(open.message, open.state));
  return done;
}

function follow(open: Open | undefined, event: ChatEvent): Open | undefined {
  if (event.type === "msg") return { message: event, state: untouched };
  return open?.message.seq === event.target ? { ...open, state: fold(open.state, event) } : open;
}
