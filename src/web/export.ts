/**
 * A whole room as a download, in flat memory: a page of the log is read when the client has taken the one before it. A
 * download that cannot be finished is cut off, so that it never looks whole.
 */
import { pipeline } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Request, Response } from "express";
import type { MessageLog } from "../message-log/message-log.ts";
import { jsonExport } from "./export-json.ts";
import { markdownExport } from "./export-markdown.ts";
import type { ExportFormat } from "./parameters.ts";
import { shownPages } from "./shown-pages.ts";

export async function sendExport(
  log: MessageLog,
  room: string,
  format: ExportFormat,
  request: Request,
  response: Response,
): Promise<void> {
  response.attachment(`${room}.${format}`);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const pages = shownPages(log.exportPages(room));
  const text = format === "md" ? markdownExport(room, pages) : jsonExport(room, pages);
  // The first piece is read before anything is sent: a log that cannot be read is still a plain 500.
  const first = await text.next();
  try {
    await pipeline(piecewise(first, text), response);
  } catch (error) {
    if (!hasClientLeft(error)) throw error;
  }
}

async function* piecewise(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  if (first.done !== true) yield first.value;
  for await (const piece of rest) {
    // A client as fast as the disk would otherwise keep everybody else waiting.
    await nextTurn();
    yield piece;
  }
}

function hasClientLeft(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}
