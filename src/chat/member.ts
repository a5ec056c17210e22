/**
 * One socket in a room, and how far it has been told: every event of the room once and in order from its starting
 * point on (I5). A member that cannot keep up is behind, and then fed from the log; nothing queues for it here (I6).
 */
import type { Seq, Uid } from "../protocol/events.ts";
import type { Dialect } from "../protocol/client-frames.ts";
import type { Close } from "../protocol/close-codes.ts";
import type { Caller } from "../websocket/caller.ts";
import type { Flush } from "./outgoing.ts";

/** More than this waiting for one socket, and it is fed from the log instead. */
export const maxBacklogBytes = 256 * 1024;
/** Answers to a member's own frames that may wait while it is behind. */
const maxWaitingAnswers = 64;

type Delivery =
  /** `position`: in the room's queue, of the first frame it has not been written. */
  | { readonly state: "live"; readonly position: number }
  /** `position`: up to where it had been written when it fell behind. */
  | { readonly state: "behind"; readonly position: number };

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
  #delivery: Delivery;
  #answers: Answer[] = [];

  /** @param position the end of the room's queue: the member starts behind, and is brought up from `sent` */
  constructor(caller: Caller, dialect: Dialect, uid: Uid, sent: Seq, position: number) {
    this.caller = caller;
    this.dialect = dialect;
    this.uid = uid;
    this.sent = sent;
    this.#delivery = { state: "behind", position };
  }

  get isLive(): boolean {
    return this.#delivery.state === "live";
  }

  /** In the room's queue: it has been told what stands before. */
  get position(): number {
    return this.#delivery.position;
  }

  /**
   * From now on it is sent what the queue holds from `position` on.
   * @returns whether frames went by unseen, of which the log knows only the events
   */
  goLive(position: number): { readonly hasMissed: boolean } {
    const hasMissed = position > this.#delivery.position;
    this.#delivery = { state: "live", position };
    this.#write(nothing, position);
    this.caller.resumeReading();
    return { hasMissed };
  }

  /** Writes what a flush holds for this member, unless its backlog is too long. */
  deliver(flush: Flush): "written" | "behind" {
    const { state, position } = this.#delivery;
    if (state === "behind") return "behind";
    if (this.caller.backlogBytes > maxBacklogBytes) {
      this.#delivery = { state: "behind", position };
      this.caller.pauseReading();
      return "behind";
    }
    this.#delivery = { state: "live", position: flush.end };
    if (flush.lastSeq !== undefined && flush.lastSeq > this.sent) this.sent = flush.lastSeq;
    this.#write(flush.bytes(this.dialect, position), flush.end);
    return "written";
  }

  /**
   * Tells this member alone, after everything the room was sent before: an `ack` must not overtake its event.
   * @param after the end of the room's queue
   * @param close closes the connection behind this frame
   */
  answer(frame: Buffer, after: number, close?: Close): void {
    this.#answers.push({ after, frame, ...(close && { close }) });
    if (this.#delivery.state === "live") this.#write(nothing, this.#delivery.position);
    else if (this.#answers.length >= maxWaitingAnswers) this.caller.pauseReading();
  }

  #write(bytes: Buffer, position: number): void {
    if (this.#answers.length === 0) this.caller.write(bytes);
    else this.#writeWithAnswers(bytes, position);
  }

  #writeWithAnswers(first: Buffer, position: number): void {
    const due = this.#answers.filter((answer) => answer.after <= position);
    if (due.length > 0) this.#answers = this.#answers.filter((answer) => answer.after > position);
    this.caller.write(Buffer.concat([first, ...due.map((answer) => answer.frame)]));
    const close = due.find((answer) => answer.close !== undefined)?.close;
    if (close !== undefined) this.caller.close(close);
  }
}

const nothing = Buffer.alloc(0);
