/**
 * The way of one member's acts to the message log: paid for from their allowance, refused for now where that or the log
 * has nothing left, and answered once the log has them (I1).
 */
import type { FrameError } from "../protocol/client-frames.ts";
import { errorCodes } from "../protocol/error-codes.ts";
import type { Ref } from "../protocol/events.ts";
import type { AckFrame, ServerFrame } from "../protocol/server-frames.ts";
import type { Metrics } from "../metrics.ts";
import { isNew } from "../message-log/message-log.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import { TokenBucket, type Rate } from "../websocket/rate-limit.ts";
import type { Chat } from "./chat.ts";
import { bytesOf } from "./crowding.ts";
import { Hold, type Arrival, type RefusedForNow } from "./hold.ts";
import type { Member } from "./member.ts";
import type { Room } from "./room.ts";

/** A client comes back no sooner than this: it leaves time for what it had sent behind to be refused as well. */
const leastRetryMs = 250;
/** More than a client has in its queue that was kept already; who has more comes back for the rest. */
const looksForRepeats: Rate = { perSecond: 100, burst: 100 };

/** An act as a client asks for it, before it is known whose it is. */
export type Asked<A = Act> = A extends Act ? Omit<A, "room" | "uid"> : never;

export type Refusal = FrameError & { readonly retry_after_ms?: number };

/** How their writer is told of them. */
interface Answers {
  tell(frame: ServerFrame): void;
  refuse(refusal: Refusal): void;
}

export class Appends {
  readonly #chat: Chat;
  readonly #room: Room;
  readonly #member: Member;
  readonly #answers: Answers;
  readonly #hold: Hold;
  readonly #underWay = new Set<Promise<void>>();
  #looks: TokenBucket | undefined;

  constructor(chat: Chat, room: Room, member: Member, answers: Answers) {
    this.#chat = chat;
    this.#room = room;
    this.#member = member;
    this.#answers = answers;
    this.#hold = new Hold(chat.now);
  }

  /** Resolves when all that was asked for is kept or refused. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  append(asked: Asked): void {
    const arrival = this.#hold.arrive(asked.ref);
    const { crowding, connectionMap } = this.#room;
    const bytes = "msg" in asked ? bytesOf(asked.msg) : 0;
    const spent = this.#spend(arrival, bytes);
    if (spent === undefined) return;
    crowding.said(bytes, connectionMap.size);
    this.#hold.passed(asked.ref);
    const { uid } = this.#member;
    const startedMs = this.#chat.now();
    const appended = this.#chat.log.append({ ...asked, room: this.#room.name, uid }).then((outcome) => {
      // A resend of what was kept before costs nothing.
      if (outcome.kept && outcome.repeat) this.#chat.allowance.refund(uid, this.#address, spent);
      noteAppend(this.#chat.metrics, outcome, this.#chat.now() - startedMs);
      this.#answer(arrival, outcome);
    });
    this.#underWay.add(appended);
    void appended.finally(() => this.#underWay.delete(appended));
  }

  #answer(arrival: Arrival, outcome: Outcome): void {
    const { ref } = arrival;
    if (!outcome.kept) {
      const { code, message } = outcome;
      if (code === "unavailable") this.#refuseForNow(code, arrival, 0);
      else this.#answers.refuse({ code, message, ...this.#refShown(ref) });
    } else if (!this.#isPlain) {
      const ack: AckFrame = { type: "ack", ref, seq: outcome.seq, at: outcome.at };
      this.#answers.tell(ack);
    }
  }

  /**
   * Takes what an act costs, and tells it; nothing if it is refused for now. What is kept already is always let through,
   * and for nothing where nothing is left: else a client could never empty its queue.
   */
  #spend(arrival: Arrival, bytes: number): number | undefined {
    const { ref } = arrival;
    const waitMs = this.#waitMs(bytes);
    const held = this.#hold.codeFor(ref);
    if (waitMs === 0 && held === undefined) {
      const cost = this.#room.crowding.costOf(bytes);
      this.#chat.allowance.spend(this.#member.uid, this.#address, cost);
      return cost;
    }
    if (this.#wasKept(ref)) return 0;
    this.#refuseForNow(held ?? "rate_limited", arrival, waitMs);
    return undefined;
  }

  #waitMs(bytes: number): number {
    const { allowance, limits } = this.#chat;
    const ofRoom = limits.messages_per_second === 0 ? 0 : this.#room.crowding.waitMs(bytes);
    return Math.max(ofRoom, allowance.waitMs(this.#member.uid, this.#address));
  }

  /** Each look reads the log in this thread: a flooder gets so many, and is then refused unread. */
  #wasKept(ref: Ref): boolean {
    // A plain client's ref is made here, anew for each frame.
    if (this.#isPlain) return false;
    const looks = (this.#looks ??= new TokenBucket(looksForRepeats, this.#chat.now));
    if (looks.waitMs > 0) return false;
    looks.take();
    return this.#chat.log.isKept(this.#room.name, this.#member.uid, ref);
  }

  /** The article's clients send nothing again, so what they send next is not held back. */
  #refuseForNow(code: RefusedForNow, arrival: Arrival, waitMs: number): void {
    const retry_after_ms = Math.max(waitMs, leastRetryMs);
    if (!this.#isPlain) this.#hold.begin(arrival, code, retry_after_ms);
    const refShown = this.#refShown(arrival.ref);
    if (code === "unavailable") this.#answers.refuse({ code, message: errorCodes.unavailable, ...refShown });
    else this.#answers.refuse({ code, message: "Too many messages at once.", ...refShown, retry_after_ms });
  }

  /** A plain client's ref is ours, and would say nothing to it. */
  #refShown(ref: Ref): { readonly ref?: Ref } {
    return this.#isPlain ? {} : { ref };
  }

  get #isPlain(): boolean {
    return this.#member.dialect === "plain";
  }

  get #address(): string {
    return this.#member.caller.address;
  }
}

/** What was asked before is answered at once, and says nothing of the disk. */
export function noteAppend(metrics: Metrics, outcome: Outcome, tookMs: number): void {
  metrics.appends.add(outcome.kept ? (outcome.repeat ? "repeat" : "kept") : outcome.code);
  if (isNew(outcome)) metrics.appended(tookMs);
}
