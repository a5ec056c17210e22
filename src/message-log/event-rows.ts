/** Between a row of `events` and the event it keeps. A row of another shape is a broken file and throws. */
import type { SQLOutputValue } from "node:sqlite";
import type { ChatEvent, MessageEvent, Seq } from "../protocol/events.ts";
import type { Act } from "./message-log.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;

export const eventColumns =
  "seq, type, erased, uid, ref, at, target, msg, id, events.name, reply_to, is_bot, emoji, is_on";

/** @throws when the row is not one that `ActStore` wrote */
export function eventOf(row: Row): ChatEvent {
  const seq = whole(row, "seq");
  const at = whole(row, "at");
  const uid = text(row, "uid");
  const ref = text(row, "ref");
  const type = text(row, "type");
  if (type === "msg") return messageOf(row, { seq, uid, at, ref });
  const target = whole(row, "target");
  switch (type) {
    case "edit":
      return { type, seq, target, uid, msg: shownText(row), at, ref };
    case "delete":
      return { type, seq, target, uid, at, ref };
    case "react": {
      const name = text(row, "name");
      return { type, seq, target, uid, name, emoji: text(row, "emoji"), on: row["is_on"] === 1, at, ref };
    }
    default:
      throw new TypeError(`event ${seq} is of an unknown type`);
  }
}

function messageOf(row: Row, common: Pick<MessageEvent, "seq" | "uid" | "at" | "ref">): MessageEvent {
  const { seq, uid, at, ref } = common;
  return {
    type: "msg",
    msg: shownText(row),
    id: whole(row, "id"),
    seq,
    uid,
    name: text(row, "name"),
    at,
    ref,
    ...(row["reply_to"] === null ? {} : { reply_to: whole(row, "reply_to") }),
    ...(row["is_bot"] === 1 ? { bot: true as const } : {}),
    ...(isErased(row) ? { deleted: true as const } : {}),
  };
}

/** What was asked for, with spaces for a text that is gone. The row also has the name of the `room`. */
export function actOf(row: Row): Act {
  const { seq, at, ...asked } = eventOf({ ...row, erased: 0 });
  const act = { room: text(row, "room"), ...asked };
  if ("deleted" in act) throw new TypeError(`event ${seq} of ${at} cannot be both`);
  return act;
}

export function isErased(row: Row): boolean {
  return row["erased"] === 1;
}

function shownText(row: Row): string {
  return isErased(row) ? "" : text(row, "msg");
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} does not hold text`);
  return value;
}

export function whole(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} does not hold a number`);
  return value;
}

/** The number in the one row of a query such as `SELECT max(seq) AS seq`; 0 when there is none. */
export function seqOf(row: Row | undefined): Seq {
  const value = row?.["seq"];
  return typeof value === "number" ? value : 0;
}
