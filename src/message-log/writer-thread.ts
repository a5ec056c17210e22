/** Starts the thread that writes the file; its end is told once, with a reason. */
import { Worker } from "node:worker_threads";
import { reasonOf } from "./reason.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-messages.ts";

export const usualThread = new URL("./writer-worker.ts", import.meta.url);

export interface ThreadListener {
  readonly onMessage: (message: FromWriter) => void;
  readonly onEnd: (reason: string) => void;
}

export function startWriterThread(thread: URL, options: WriterOptions, listener: ThreadListener): Worker {
  const worker = new Worker(thread, { name: "log-writer" });
  let reason = "the writer thread ended";
  worker.on("message", listener.onMessage);
  worker.on("error", (error) => (reason = reasonOf(error)));
  worker.on("exit", () => listener.onEnd(reason));
  const open: ToWriter = { type: "open", options };
  worker.postMessage(open);
  return worker;
}
