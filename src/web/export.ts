/**
 * A whole room as a download, in flat memory: a page of the log is read when the client has taken the one before it. A
 * download that cannot be finished is cut off, so that it never looks whole.
 */
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { MessageLog } from "../message-log/message-log.ts";
import { jsonExport } from "./export-json.ts";
import { markdownExport } from "./export-markdown.ts";
import type { ExportFormat } from "./parameters.ts";
import { refuse, unavailable } from "./problem.ts";
import { ReadTurns } from "./read-turns.ts";
import { shownPages } from "./shown-pages.ts";

/** Each holds a connection to the file and a page of the log for as long as its client takes. */
const maxAtOnce = 20;

export class Exports {
  readonly #log: MessageLog;
  /** Of their own: else a history would wait for a page of every export under way. */
  readonly #turns = new ReadTurns();
  #underWay = 0;

  constructor(log: MessageLog) {
    this.#log = log;
  }

  async send(room: string, format: ExportFormat, request: Request, response: Response): Promise<void> {
    if (this.#underWay >= maxAtOnce) {
      refuse(request, response, unavailable("Too many exports are under way. Try again in a minute."));
      return;
    }
    response.attachment(`${room}.${format}`);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    this.#underWay += 1;
    try {
      await this.#send(room, format, response);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #send(room: string, format: ExportFormat, response: Response): Promise<void> {
    const pages = shownPages(this.#log.exportPages(room));
    const text = format === "md" ? markdownExport(room, pages) : jsonExport(room, pages);
    // The first piece is read before anything is sent: a log that cannot be read is still a plain 500.
    const first = await this.#turns.run(() => text.next());
    try {
      await pipeline(this.#piecewise(first, text), response);
    } catch (error) {
      if (!hasClientLeft(error)) throw error;
    }
  }

  /** A client as fast as the disk would otherwise keep everybody else waiting. */
  async *#piecewise(
    first: IteratorResult<string, void>,
    rest: AsyncGenerator<string, void>,
  ): AsyncGenerator<string, void> {
    try {
      for (let piece = first; piece.done !== true; piece = await this.#turns.run(() => rest.next())) {
        yield piece.value;
      }
    } finally {
      await rest.return();
    }
  }
}

function hasClientLeft(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}
