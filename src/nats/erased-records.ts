/**
 * What the stream still says of records that are gone from it because their text was erased, so that a node which
 * replays makes the same file as those that saw them. What was said is in the stream before anything goes from it.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { decodeRecord, encodeRecord } from "../message-log/log-record.ts";
import { Follower } from "./follower.ts";
import type { Received } from "./follower.ts";
import type { LogStream } from "./stream.ts";

const retryMs = 250;

export class ErasedRecords {
  readonly #connection: NatsConnection;
  readonly #stream: LogStream;
  /** By place: the record without its text. */
  readonly #known = new Map<number, string>();
  #readThrough = 0;

  constructor(connection: NatsConnection, stream: LogStream) {
    this.#connection = connection;
    this.#stream = stream;
  }

  /** The same records, and between them those that were erased after the place `after`. */
  async fillGaps(received: readonly Received[], after: number): Promise<readonly Received[]> {
    const gaps = gapsIn(received, after);
    if (gaps.length === 0) return received;
    if (gaps.some((place) => !this.#known.has(place))) await this.#read(after);
    const filled = gaps.flatMap((place) => {
      const text = this.#known.get(place);
      this.#known.delete(place);
      return text === undefined ? [] : [{ place, text }];
    });
    return [...received, ...filled].toSorted((a, b) => a.place - b.place);
  }

  /** All that was said up to now of places after `after`: it was said later than they were. */
  async #read(after: number): Promise<void> {
    const from = Math.max(after, this.#readThrough);
    const last = await this.#lastPlace();
    if (last <= from) return;
    const { resolve, promise } = Promise.withResolvers<undefined>();
    const onRecord = ({ place, text }: Received): void => {
      this.#remember(text);
      if (place >= last) resolve(undefined);
    };
    const filter = this.#stream.subjects.erased;
    const listener = { onRecord, hasRoom: () => true };
    const follower = new Follower(this.#connection, this.#stream, listener, { after: from, filter });
    await promise;
    follower.stop();
    this.#readThrough = last;
  }

  #remember(text: string): void {
    const said = decodeRecord(text);
    if (said?.type === "erased") this.#known.set(said.place, encodeRecord(said.record));
  }

  /** Of the last thing said. */
  async #lastPlace(): Promise<number> {
    const { jsm, name, subjects } = this.#stream;
    for (;;) {
      try {
        const last = await jsm.streams.getMessage(name, { last_by_subj: subjects.erased });
        return last?.seq ?? 0;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}

function gapsIn(received: readonly Received[], after: number): number[] {
  const gaps: number[] = [];
  let next = after + 1;
  for (const { place } of received) {
    for (; next < place; next += 1) gaps.push(next);
    next = place + 1;
  }
  return gaps;
}
