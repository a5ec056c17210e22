/**
 * One socket in a room, and how far it has been told: every event of the room once and in order from its starting
 * point on (I5). A member that cannot keep up is behind, and then fed from the log; nothing queues for it here (I6).
 */
import type { Seq, Uid } from "../protocol/events.ts";
import type { Dialect } from "../protocol/client-frames.ts";
import type { Close } from "../protocol/close-codes.ts";
import type { Caller } from "../websocket/caller.ts";
import type { SharedWrite } from "../websocket/shared-write.ts";
import type { Flush } from "./outgoing.ts";

/** More than this waiting for one socket, and it is fed from the log instead. */
export const maxBacklogBytes = 256 * 1024;
/** Answers to a member's own frames that may wait while it is behind. */
const maxWaitingAnswers = 64;

/**
 * What the room shares is copied to be one write with a member's own answers only where it is short: where everybody
 * of two hundred wrote long messages, a copy for each took gigabytes.
 */
const maxCopiedBytes = 4 * 1024;

interface Answer {
  /** It follows what the queue holds below this position. */
  readonly after: number;
  readonly frame: Buffer;
  /** The last thing this member is told. */
  readonly close?: Close;
}

export class Member {
  readonly caller: Caller;
  readonly dialect: Dialect;
  readonly uid: Uid;
  /** The last event it was written, or had when it came. */
  sent: Seq;
  /** Behind, it is fed from the log; live, from the room's queue. */
  #state: "behind" | "live" = "behind";
  #position: number;
  readonly #answers: Answer[] = [];

  /** @param position the end of the room's queue: the member starts behind, and is brought up from `sent` */
  constructor(caller: Caller, dialect: Dialect, uid: Uid, sent: Seq, position: number) {
    this.caller = caller;
    this.dialect = dialect;
    this.uid = uid;
    this.sent = sent;
    this.#position = position;
  }

  get isLive(): boolean {
    return this.#state === "live";
  }

  /** In the room's queue: it was told what stands before; while it is behind, up to where it had been told. */
  get position(): number {
    return this.#position;
  }

  /**
   * From now on it is sent what the queue holds from `position` on.
   * @returns whether frames went by unseen, of which the log knows only the events
   */
  goLive(position: number): { readonly hasMissed: boolean } {
    const hasMissed = position > this.#position;
    this.#state = "live";
    this.#position = position;
    this.#writeAnswers(position);
    this.caller.resumeReading();
    return { hasMissed };
  }

  /** Writes what a flush holds for this member, unless its backlog is too long. */
  deliver(flush: Flush, shared: SharedWrite): "written" | "behind" {
    if (this.#state === "behind") return "behind";
    if (this.caller.backlogBytes > maxBacklogBytes) {
      this.#state = "behind";
      this.caller.pauseReading();
      return "behind";
    }
    const from = this.#position;
    this.#position = flush.end;
    if (flush.lastSeq !== undefined && flush.lastSeq > this.sent) this.sent = flush.lastSeq;
    if (this.#answers.length === 0) shared.add(this.caller, flush.bytes(this.dialect, from));
    else this.#writeAmongAnswers(flush, from);
    return "written";
  }

  /**
   * Tells this member alone, after everything the room was sent before: an `ack` must not overtake its event.
   * @param after the end of the room's queue
   * @param close closes the connection behind this frame
   */
  answer(frame: Buffer, after: number, close?: Close): void {
    this.#answers.push({ after, frame, ...(close && { close }) });
    if (this.#state === "live") this.#writeAnswers(this.#position);
    else if (this.#answers.length >= maxWaitingAnswers) this.caller.pauseReading();
  }

  #writeAnswers(position: number): void {
    const due = this.#takeDue(position);
    for (const { frame } of due) this.caller.writeSoon(frame);
    this.#closeAfter(due);
  }

  /** Each answer stands where it was given, since what the room was told later may overrule it. A goodbye comes last. */
  #writeAmongAnswers(flush: Flush, from: number): void {
    const due = this.#takeDue(flush.end);
    const parts: Buffer[] = [];
    let told = from;
    for (const { after, frame, close } of due) {
      const upTo = close === undefined ? Math.max(told, after) : flush.end;
      parts.push(flush.bytes(this.dialect, told, upTo), frame);
      told = upTo;
    }
    parts.push(flush.bytes(this.dialect, told));
    this.#writeParts(parts);
    this.#closeAfter(due);
  }

  /** They are in the order of the queue, whose end only grows. */
  #takeDue(position: number): readonly Answer[] {
    const count = this.#answers.findIndex(({ after }) => after > position);
    return this.#answers.splice(0, count === -1 ? this.#answers.length : count);
  }

  #closeAfter(due: readonly Answer[]): void {
    const close = due.find((answer) => answer.close !== undefined)?.close;
    if (close !== undefined) this.caller.close(close);
  }

  #writeParts(parts: readonly Buffer[]): void {
    let short: Buffer[] = [];
    for (const part of parts) {
      if (part.length <= maxCopiedBytes) {
        short.push(part);
        continue;
      }
      this.caller.write(Buffer.concat(short));
      this.caller.write(part);
      short = [];
    }
    this.caller.write(Buffer.concat(short));
  }
}
