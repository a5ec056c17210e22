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
 * What the room shares is copied to be one write with a member's own answers only while it is short: where everybody
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
  #answers: Answer[] = [];

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
    const bytes = flush.bytes(this.dialect, this.#position);
    this.#position = flush.end;
    if (flush.lastSeq !== undefined && flush.lastSeq > this.sent) this.sent = flush.lastSeq;
    if (this.#answers.length === 0) shared.add(this.caller, bytes);
    else this.#writeAnswers(flush.end, bytes);
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

  #writeBehind(shared: Buffer, frames: readonly Buffer[]): void {
    if (shared.length <= maxCopiedBytes) {
      this.caller.write(Buffer.concat([shared, ...frames]));
      return;
    }
    this.caller.write(shared);
    this.caller.write(Buffer.concat(frames));
  }

  #writeAnswers(position: number, first: Buffer = nothing): void {
    const due = this.#answers.filter((answer) => answer.after <= position);
    if (due.length > 0) this.#answers = this.#answers.filter((answer) => answer.after > position);
    this.#writeBehind(
      first,
      due.map((answer) => answer.frame),
    );
    const close = due.find((answer) => answer.close !== undefined)?.close;
    if (close !== undefined) this.caller.close(close);
  }
}

const nothing = Buffer.alloc(0);
