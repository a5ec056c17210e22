/**
 * Feeds a member that is behind (it resumed, or it reads too slowly) from the log until it has what the room's
 * last flush has taken, and then lets it go live in the same turn: no gap and no repeat between log and fan-out (I5).
 */
import type { MessageLog } from "../message-log/message-log.ts";
import type { Seq } from "../protocol/events.ts";
import type { Broadcast } from "./broadcast.ts";
import { maxBacklogBytes, type Member } from "./member.ts";
import { countWithin, outgoingEvent } from "./outgoing.ts";
import type { NumberedOutgoing, RecentFrames } from "./recent-frames.ts";
import { Page, ToldPages } from "./told-pages.ts";
import type { Turns } from "../turns.ts";

/** One write: small enough that a thousand readers who wake at once do not fill the heap. */
const stepBytes = 64 * 1024;
/** Read at a time: at most, and, where texts are long, at least. */
const maxPageEvents = 200;
const minPageEvents = 8;

export interface CatchUpOptions {
  readonly room: string;
  readonly log: Pick<MessageLog, "eventsAfter">;
  readonly broadcast: Broadcast;
  readonly recent: RecentFrames;
  readonly turns: Turns;
  /** Called for a member that is live again, but missed what the log does not keep. */
  readonly onMissed: (member: Member) => void;
  /** The log could not be read: the member cannot be told what it missed. */
  readonly onFailure: (member: Member, error: unknown) => void;
}

export class CatchUp {
  readonly #options: CatchUpOptions;
  /** Twice what lately filled a step: of 200 long messages a step takes sixteen, and would read the rest again. */
  #pageEvents = maxPageEvents;
  readonly #behind = new Set<Member>();
  readonly #told = new ToldPages();

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  begin(member: Member): void {
    this.#behind.add(member);
    this.#options.turns.add(() => this.#tryStep(member));
  }

  /** The member is behind no more, or gone. */
  end(member: Member): void {
    this.#behind.delete(member);
    if (this.#behind.size === 0) this.forget();
  }

  /** From now on all is read again. */
  forget(): void {
    this.#told.clear();
  }

  #tryStep(member: Member): void {
    try {
      this.#step(member);
    } catch (error) {
      this.#options.onFailure(member, error);
    }
  }

  #step(member: Member): void {
    if (!member.caller.isOpen) {
      this.end(member);
      return;
    }
    if (member.caller.backlogBytes > maxBacklogBytes / 4) {
      member.caller.onceDrained(() => this.begin(member));
      return;
    }
    const { broadcast, onMissed } = this.#options;
    const page = this.#pageAfter(member.sent, broadcast.taken);
    if (page === undefined) {
      this.end(member);
      const { hasMissed } = member.goLive(broadcast.positionAfter(member.sent));
      if (hasMissed) onMissed(member);
      return;
    }
    member.caller.write(page.bytesAfter(member.sent, member.dialect));
    member.sent = page.last;
    this.begin(member);
  }

  /** The room's next events in (seq, upTo], if there are any. */
  #pageAfter(seq: Seq, upTo: Seq): Page | undefined {
    if (seq >= upTo) return undefined;
    const told = this.#told.find(seq);
    if (told !== undefined) return told;
    const events = this.#options.recent.after(seq, upTo, stepBytes) ?? this.#olderEvents(seq, upTo);
    return events.length === 0 ? undefined : this.#told.add(new Page(seq, events));
  }

  #olderEvents(seq: Seq, upTo: Seq): readonly NumberedOutgoing[] {
    const { recent } = this.#options;
    const limit = this.#pageEvents;
    const page = this.#readLog(seq, limit);
    const reached = page.length < limit ? Infinity : (page.at(-1)?.seq ?? seq);
    // What one member needs from the log, the next who resumes will need too.
    const older = page.filter((item) => item.seq <= recent.floor);
    if (reached >= recent.floor) recent.prepend(seq, older);
    const due = page.filter((item) => item.seq <= upTo);
    const count = countWithin(due, stepBytes);
    this.#pageEvents = Math.min(maxPageEvents, Math.max(minPageEvents, 2 * count));
    return due.slice(0, count);
  }

  #readLog(seq: Seq, limit: number): NumberedOutgoing[] {
    const events = this.#options.log.eventsAfter(this.#options.room, seq, limit);
    return events.map((event) => ({ ...outgoingEvent(event), seq: event.seq }));
  }
}
