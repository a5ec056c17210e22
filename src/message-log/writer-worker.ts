/** The writer thread: opens the log when told where it is, then does what `LogWriter` does until it is closed. */
import { parentPort } from "node:worker_threads";
import { LogWriter } from "./log-writer.ts";
import { reasonOf } from "./reason.ts";
import type { FromWriter, ToWriter } from "./writer-messages.ts";

const port = parentPort;
if (port === null) throw new Error("writer-worker.ts runs as a worker thread");
const post = (message: FromWriter) => port.postMessage(message);
let writer: LogWriter | undefined;

port.on("message", (message: ToWriter) => {
  if (message.type !== "open") {
    writer?.handle(message);
    if (message.type === "close") port.close();
    return;
  }
  try {
    writer = new LogWriter(message.options, post);
  } catch (error) {
    post({ type: "refused", reason: reasonOf(error) });
    port.close();
  }
});
