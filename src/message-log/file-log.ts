/** What every log of this file format does alike: reads come from the file, and one listener's mistake costs nobody else. */
import type { ChatEvent, Epoch, EventsPage, Ref, Seq, Uid } from "../protocol/events.ts";
import { isStorable } from "../protocol/text.ts";
import type { FileReads } from "./file-reads.ts";
import type { Act, LogStatus, MessageLog, Outcome, Position, RoomEvent, SearchHit } from "./message-log.ts";
import type { LogLines } from "./log-lines.ts";

export abstract class FileLog implements MessageLog {
  abstract readonly epoch: Epoch;
  abstract readonly head: Seq;
  abstract readonly status: LogStatus;
  abstract start(onEvent: (event: RoomEvent) => void): Promise<void>;
  abstract append(act: Act): Promise<Outcome>;
  abstract close(): Promise<void>;
  /** @throws while the log is not open */
  protected abstract get reads(): FileReads;

  isKept(room: string, uid: Uid, ref: Ref): boolean {
    return this.reads.isKept(room, uid, ref);
  }

  knows(room: string, position: Position): boolean {
    return this.reads.knows(room, position);
  }

  countAfter(room: string, after: Seq, max: number): number {
    return this.reads.countAfter(room, after, max);
  }

  eventsAfter(room: string, after: Seq, limit: number): ChatEvent[] {
    return this.reads.eventsAfter(room, after, limit);
  }

  pageBefore(room: string, before: Seq, limit: number): EventsPage {
    return this.reads.pageBefore(room, before, limit);
  }

  pageAfter(room: string, after: Seq, limit: number): EventsPage {
    return this.reads.pageAfter(room, after, limit);
  }

  version(room: string): string {
    return this.reads.version(room);
  }

  async search(room: string, query: string): Promise<SearchHit[]> {
    return await this.reads.search(room, query);
  }

  exportPages(room: string): AsyncIterable<readonly ChatEvent[]> {
    return this.reads.exportPages(room);
  }
}

/** A listener's mistake must not cost the others their events, nor the senders their acknowledgements (I7). */
export function feed(event: RoomEvent, onEvent: (event: RoomEvent) => void, lines: LogLines): void {
  try {
    onEvent(event);
  } catch (error) {
    lines.error({ room: event.room, seq: event.event.seq, err: error }, "feed_listener_failed");
  }
}

/** Whether every text of the act can be kept and comes back as it was. */
export function isStorableAct(act: Act): boolean {
  const texts = [act.room, act.uid, act.ref];
  if ("msg" in act) texts.push(act.msg);
  if ("name" in act) texts.push(act.name);
  if ("emoji" in act) texts.push(act.emoji);
  return texts.every(isStorable);
}
