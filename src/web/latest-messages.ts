/**
 * What was said last in a room, for who reads it without JavaScript: so few messages, and so little of each, that every
 * page can carry them. A log that cannot be read gives none: the page itself must come all the same.
 */
import type { MessageLog } from "../message-log/message-log.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { beginningOf } from "../protocol/text.ts";
import { hueOf } from "../protocol/person-name.ts";
import { shownMessages } from "./shown-pages.ts";

const messages = 20;
const textChars = 500;

export interface LatestMessage {
  readonly seq: number;
  readonly name: string;
  readonly hue: number;
  /** For people, and for programs. */
  readonly time: string;
  readonly isoTime: string;
  readonly text: string;
  readonly isDeleted: boolean;
}

/** Oldest first; nothing while they cannot be read. */
export function latestMessages(
  log: MessageLog,
  room: string,
  time: Intl.DateTimeFormat,
): LatestMessage[] | undefined {
  try {
    const { events } = log.pageBefore(room, Number.MAX_SAFE_INTEGER, messages);
    return shownMessages(events).map((shown) => latestMessage(shown, time));
  } catch (error) {
    // The log has told the operator; anything else is a fault that has to be seen.
    if (log.status.state !== "unavailable") throw error;
    return undefined;
  }
}

function latestMessage(
  { message, text, isDeleted }: ShownMessage,
  timeFormat: Intl.DateTimeFormat,
): LatestMessage {
  const { seq, uid, name, at } = message;
  const time = `${timeFormat.format(at)} UTC`;
  const isoTime = new Date(at).toISOString();
  return { seq, name, hue: hueOf(uid), time, isoTime, text: beginningOf(text, textChars), isDeleted };
}
