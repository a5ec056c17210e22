/**
 * A writer thread that dies once, at a batch that holds the text "die before" (its commit) or "die after" (it, with
 * nobody told). The next thread, seeing the note it left, lives. An act with the text "no room" it refuses, and no other.
 */
import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { refused } from "../../src/message-log/act-store.ts";
import type { FromWriter, ToWriter } from "../../src/message-log/writer-messages.ts";

const port = parentPort;
if (port === null) throw new Error("dying-writer.ts runs as a worker thread");
let note = "";

function die(): never {
  writeFileSync(note, "died");
  process.exit(1);
}

function isToDie(message: ToWriter, text: string): boolean {
  if (message.type !== "append" || existsSync(note)) return false;
  return message.batch.some(({ act }) => "msg" in act && act.msg === text);
}

/** The same answer, but that the disk had no room for one act of the batch. */
function withoutRoom(message: FromWriter): FromWriter {
  if (message.type !== "kept" || at === -1) return message;
  return { ...message, outcomes: message.outcomes.with(at, refused("unavailable")) };
}

let diesAtAnswer = false;
let at = -1;
port.on("message", (message: ToWriter) => {
  if (message.type === "open") note = `${message.options.path}.died`;
  if (isToDie(message, "die before")) die();
  diesAtAnswer = isToDie(message, "die after");
  if (message.type === "append")
    at = message.batch.findIndex(({ act }) => "msg" in act && act.msg === "no room");
});
const post = port.postMessage.bind(port);
port.postMessage = (message: FromWriter) => {
  if (diesAtAnswer && message.type === "kept") die();
  post(withoutRoom(message));
};

await import("../../src/message-log/writer-worker.ts");
