/** The search thread: answers one question after the other, on a read-only connection of its own. */
import { parentPort } from "node:worker_threads";
import { reasonOf } from "./reason.ts";
import { SearchReader } from "./search-reader.ts";
import type { SearchAnswer, SearchQuestion } from "./search.ts";

const port = parentPort;
if (port === null) throw new Error("search-worker.ts runs as a worker thread");
let reader: SearchReader | undefined;

port.on("message", ({ path, room, query }: SearchQuestion) => {
  let answer: SearchAnswer;
  try {
    reader ??= new SearchReader(path);
    answer = { hits: reader.find(room, query) };
  } catch (error) {
    answer = { failure: reasonOf(error) };
  }
  port.postMessage(answer);
});

const ready: SearchAnswer = { isReady: true };
port.postMessage(ready);
