/**
 * Reads one frame of the server. A type this page does not know (a newer server's) is ignored; the fields of a
 * known type are trusted, since server and page are built from the same protocol folder.
 */
import type { ServerFrame } from "../protocol/server-frames.ts";

const types: ReadonlySet<string> = new Set<ServerFrame["type"]>([
  "welcome",
  "msg",
  "edit",
  "delete",
  "react",
  "ack",
  "error",
  "presence",
  "typing",
  "pong",
  "reset",
  "reconnect",
]);

export function decodeServerFrame(data: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined; // Something between server and page speaks another protocol; the watchdog deals with it.
  }
  return isServerFrame(value) ? value : undefined;
}

function isServerFrame(value: unknown): value is ServerFrame {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && types.has(value.type);
}
