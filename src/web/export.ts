/**
 * A whole room as a download, in flat memory: a page of the log is read when the client has taken the one before it. A
 * download that cannot be finished is cut off, so that it never looks whole.
 */
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { codeOf } from "../error-code.ts";
import type { MessageLog } from "../message-log/message-log.ts";
import type { Turns } from "../turns.ts";
import { Places } from "./asking.ts";
import { jsonExport } from "./export-json.ts";
import { markdownExport } from "./export-markdown.ts";
import type { ExportFormat } from "./parameters.ts";
import { refuse, unavailable } from "./problem.ts";
import { ReadTurns } from "./read-turns.ts";
import { shownPages } from "./shown-pages.ts";

/** Each holds a connection to the file and a page of the log for as long as its client takes. */
const maxAtOnce = 20;
const maxPerAddress = 4;
/** Slower than this, once it had time to begin, an export gives up its place to the next when all are taken. */
const leastBytesPerSecond = 64 * 1024;
const startingMs = 5_000;

interface Download {
  readonly response: Response;
  readonly socket: Socket;
  readonly startedMs: number;
  /** By its connection before. */
  readonly bytesBefore: number;
}

export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

interface ExportsParts {
  readonly log: MessageLog;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly turns: Turns;
}

export class Exports {
  readonly #log: MessageLog;
  /** Of their own: else a history would wait for a page of every export under way. */
  readonly #reads: ReadTurns;
  readonly #places = new Places(maxPerAddress);
  readonly #underWay = new Set<Download>();
  readonly #now: () => number;

  constructor({ log, now, turns }: ExportsParts) {
    this.#log = log;
    this.#reads = new ReadTurns(turns);
    this.#now = now;
  }

  /** @param address of who asks, if it is known */
  async send(
    room: string,
    format: ExportFormat,
    address: string | undefined,
    exchange: Exchange,
  ): Promise<void> {
    const { request, response } = exchange;
    if (!this.#places.take(address, response) || !this.#makeRoom()) {
      refuse(request, response, unavailable("Too many exports are under way. Try again in a minute."));
      return;
    }
    response.attachment(`${room}.${format}`);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const { socket } = request;
    const download = { response, socket, startedMs: this.#now(), bytesBefore: socket.bytesWritten };
    this.#underWay.add(download);
    try {
      await this.#send(room, format, address, response);
    } finally {
      this.#underWay.delete(download);
    }
  }

  /** Twenty clients that take a byte a minute would otherwise be all who ever get an export. */
  #makeRoom(): boolean {
    if (this.#underWay.size < maxAtOnce) return true;
    const [slowest] = [...this.#underWay].toSorted((one, other) => this.#pace(one) - this.#pace(other));
    if (slowest === undefined || this.#pace(slowest) >= leastBytesPerSecond) return false;
    this.#underWay.delete(slowest);
    slowest.response.destroy();
    return true;
  }

  /** Bytes a second that its client has taken. */
  #pace({ socket, startedMs, bytesBefore }: Download): number {
    const tookMs = this.#now() - startedMs;
    if (tookMs < startingMs) return Infinity;
    return ((socket.bytesWritten - socket.writableLength - bytesBefore) / tookMs) * 1_000;
  }

  async #send(
    room: string,
    format: ExportFormat,
    address: string | undefined,
    response: Response,
  ): Promise<void> {
    const pages = shownPages(this.#log.exportPages(room));
    const text = format === "md" ? markdownExport(room, pages) : jsonExport(room, pages);
    // The first piece is read before anything is sent: a log that cannot be read is still a plain 500.
    const first = await this.#reads.run(address, () => text.next());
    try {
      await pipeline(this.#piecewise(first, text, address), response);
    } catch (error) {
      if (!hasClientLeft(error)) throw error;
    }
  }

  /** A client as fast as the disk would otherwise keep everybody else waiting. */
  async *#piecewise(
    first: IteratorResult<string, void>,
    rest: AsyncGenerator<string, void>,
    address: string | undefined,
  ): AsyncGenerator<string, void> {
    try {
      for (let piece = first; piece.done !== true;) {
        yield piece.value;
        piece = await this.#reads.run(address, () => rest.next());
      }
    } finally {
      await rest.return();
    }
  }
}

function hasClientLeft(error: unknown): boolean {
  return codeOf(error) === "ERR_STREAM_PREMATURE_CLOSE";
}
