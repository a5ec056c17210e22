/**
 * A writer thread that dies once, at a batch that holds the text "die before" (its commit) or "die after" (it, with
 * nobody told). The next thread, seeing the note it left, lives.
 */
import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
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

let diesAtAnswer = false;
port.on("message", (message: ToWriter) => {
  if (message.type === "open") note = `${message.options.path}.died`;
  if (isToDie(message, "die before")) die();
  diesAtAnswer = isToDie(message, "die after");
});
const post = port.postMessage.bind(port);
port.postMessage = (message: FromWriter) => {
  if (diesAtAnswer && message.type === "settled") die();
  post(message);
};

await import("../../src/message-log/writer-worker.ts");
