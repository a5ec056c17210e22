/**
 * What somebody who is in a room may do there, an `on<Action>` for each action. What is to be kept goes to the
 * message log; its writer is answered once the log has handed it back to everybody (I1).
 */
import type { ClientFrame, FrameError, FrameOf, PlainFrame } from "../protocol/client-frames.ts";
import { closes } from "../protocol/close-codes.ts";
import { errorCodes } from "../protocol/error-codes.ts";
import type { Ref, Uid } from "../protocol/events.ts";
import { isEmoji } from "../protocol/emoji.ts";
import { normalName } from "../protocol/person-name.ts";
import type { AckFrame, ErrorFrame, ServerFrame } from "../protocol/server-frames.ts";
import { codePoints } from "../protocol/text.ts";
import type { Metrics } from "../metrics.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import { jsonFrame } from "../websocket/frame.ts";
import { TokenBucket, type Rate } from "../websocket/rate-limit.ts";
import type { Chat } from "./chat.ts";
import { Hold, type Arrival, type RefusedForNow } from "./hold.ts";
import { freshRef } from "./identity.ts";
import type { Member } from "./member.ts";
import type { Room } from "./room.ts";

const typingEveryMs = 2_000;
/** In a large room nobody could follow who is typing. */
const maxPeopleForTyping = 256;
/** A client comes back no sooner than this: it leaves time for what it had sent behind to be refused as well. */
const leastRetryMs = 250;
/** More than a client has in its queue that was kept already; who has more comes back for the rest. */
const looksForRepeats: Rate = { perSecond: 100, burst: 100 };
/** An act as a client asks for it, before it is known whose it is. */
type Asked<A = Act> = A extends Act ? Omit<A, "room" | "uid"> : never;

export class Membership {
  readonly room: Room;
  readonly member: Member;
  readonly #chat: Chat;
  readonly #canReturn: boolean;
  /** Nothing before the first: most people who are in a room only read. */
  #appends: Set<Promise<void>> | undefined;
  #looks: TokenBucket | undefined;
  #mayTypeAtMs = 0;
  readonly #hold: Hold;

  constructor(chat: Chat, room: Room, member: Member, canReturn: boolean) {
    this.#chat = chat;
    this.room = room;
    this.member = member;
    this.#canReturn = canReturn;
    this.#hold = new Hold(chat.now);
  }

  leave(): void {
    this.room.leave(this.member, this.#canReturn);
  }

  /** The article's dispatcherKey: the field `action` names the method. */
  dispatch(frame: ClientFrame): void {
    switch (frame.action) {
      case "hello":
        this.refuse({ code: "bad_frame", message: "You said hello already." });
        break;
      case "message":
        this.onMessage(frame);
        break;
      case "edit":
        this.onEdit(frame);
        break;
      case "delete":
        this.onDelete(frame);
        break;
      case "react":
        this.onReact(frame);
        break;
      case "rename":
        this.onRename(frame);
        break;
      case "typing":
        this.onTyping();
        break;
      case "ping":
        this.onPing();
        break;
    }
  }

  /** The article's action: no ref, no acknowledgement; the broadcast tells its writer. */
  onPlainMessage({ message }: PlainFrame): void {
    this.#say({ type: "msg", ref: freshRef(), msg: message, ...this.#author() });
  }

  onMessage({ ref, message, reply_to }: FrameOf<"message">): void {
    const reply = reply_to === undefined ? {} : { reply_to };
    this.#say({ type: "msg", ref, msg: message, ...this.#author(), ...reply });
  }

  onEdit({ ref, target, message }: FrameOf<"edit">): void {
    this.#say({ type: "edit", ref, target, msg: message });
  }

  onDelete({ ref, target }: FrameOf<"delete">): void {
    this.#append({ type: "delete", ref, target });
  }

  onReact({ ref, target, emoji, on }: FrameOf<"react">): void {
    if (!isEmoji(emoji)) this.refuse({ code: "bad_emoji", message: "A reaction is one emoji.", ref });
    else this.#append({ type: "react", ref, target, emoji, on, name: this.#author().name });
  }

  onRename({ name: spelling }: FrameOf<"rename">): void {
    const name = normalName(spelling);
    if (name === undefined) this.refuse(badName);
    else this.#renameWithin(name);
  }

  onTyping(): void {
    const nowMs = this.#chat.now();
    if (nowMs < this.#mayTypeAtMs || this.room.people.count > maxPeopleForTyping) return;
    this.#mayTypeAtMs = nowMs + typingEveryMs;
    this.room.typing(this.member.uid, this.#author().name);
  }

  onPing(): void {
    this.tell({ type: "pong" });
  }

  tell(frame: ServerFrame): void {
    this.room.answer(this.member, jsonFrame(frame));
  }

  /** Closes the connection once everything before is written. A plain client knows no `reconnect`. */
  sayGoodbye(afterMs: number): void {
    const reconnect: ServerFrame = { type: "reconnect", after_ms: Math.round(afterMs) };
    const isPlain = this.member.dialect === "plain";
    this.room.answer(this.member, isPlain ? Buffer.alloc(0) : jsonFrame(reconnect), closes.restart);
  }

  refuse(error: FrameError & { retry_after_ms?: number }): void {
    this.#chat.metrics.refusedFrames.add(error.code);
    const frame: ErrorFrame = { type: "error", ...error };
    this.tell(frame);
  }

  /** Resolves when everything this member asked for is kept or refused. */
  async settled(): Promise<void> {
    while (this.#appends !== undefined && this.#appends.size > 0) await Promise.all(this.#appends);
  }

  #renameWithin(name: string): void {
    const { allowance } = this.#chat;
    const waitMs = allowance.waitMs(this.member.uid, this.#address);
    if (waitMs > 0) {
      this.refuse({ code: "rate_limited", message: "Too much at once.", retry_after_ms: waitMs });
      return;
    }
    allowance.spend(this.member.uid, this.#address);
    this.#rename(name);
  }

  #rename(name: string): void {
    const person = this.room.people.rename(this.member.uid, name);
    if (person === undefined) {
      this.refuse({ code: "name_taken", message: `Somebody here is called "${name}" already.` });
      return;
    }
    this.room.renamed(person);
    // Who asked is told at once, also in a room so large that nobody else is told.
    this.room.answer(this.member, this.room.news.renamedFrame(person));
  }

  #say(act: Extract<Asked, { msg: string }>): void {
    const { max_message_chars: max } = this.#chat.limits;
    const length = codePoints(act.msg);
    if (length <= max) this.#append(act);
    else this.refuse({ code: "too_long", message: `${length} characters; at most ${max}.`, ref: act.ref });
  }

  #append(asked: Asked): void {
    const arrival = this.#hold.arrive(asked.ref);
    const cost = "msg" in asked ? this.room.crowding.costOf(asked.msg) : 1;
    const spent = this.#spend(arrival, cost);
    if (spent === undefined) return;
    if ("msg" in asked) this.room.crowding.said(asked.msg, this.room.connectionMap.size);
    this.#hold.passed(asked.ref);
    const { uid } = this.member;
    const startedMs = this.#chat.now();
    const appended = this.#chat.log.append({ ...asked, room: this.room.name, uid }).then((outcome) => {
      // A resend of what was kept before costs nothing.
      if (outcome.kept && outcome.repeat) this.#chat.allowance.refund(uid, this.#address, spent);
      noteAppend(this.#chat.metrics, outcome, this.#chat.now() - startedMs);
      this.#answer(arrival, outcome);
    });
    const appends = (this.#appends ??= new Set());
    appends.add(appended);
    void appended.finally(() => appends.delete(appended));
  }

  #answer(arrival: Arrival, outcome: Outcome): void {
    const { ref } = arrival;
    if (!outcome.kept) {
      const { code, message } = outcome;
      if (code === "unavailable") this.#refuseForNow(code, arrival, 0);
      else this.refuse({ code, message, ...this.#refShown(ref) });
    } else if (!this.#isPlain) {
      const ack: AckFrame = { type: "ack", ref, seq: outcome.seq, at: outcome.at };
      this.tell(ack);
    }
  }

  /**
   * Takes what an act costs, and tells it; nothing if it is refused for now. What is kept already is always let through,
   * and for nothing where nothing is left: else a client could never empty its queue.
   */
  #spend(arrival: Arrival, cost: number): number | undefined {
    const { ref } = arrival;
    const waitMs = this.#chat.allowance.waitMs(this.member.uid, this.#address);
    const held = this.#hold.codeFor(ref);
    if (waitMs === 0 && held === undefined) {
      this.#chat.allowance.spend(this.member.uid, this.#address, cost);
      return cost;
    }
    if (this.#wasKept(ref)) return 0;
    this.#refuseForNow(held ?? "rate_limited", arrival, waitMs);
    return undefined;
  }

  /** Each look reads the log in this thread: a flooder gets so many, and is then refused unread. */
  #wasKept(ref: Ref): boolean {
    // A plain client's ref is made here, anew for each frame.
    if (this.#isPlain) return false;
    const looks = (this.#looks ??= new TokenBucket(looksForRepeats, this.#chat.now));
    if (looks.waitMs > 0) return false;
    looks.take();
    return this.#chat.log.isKept(this.room.name, this.member.uid, ref);
  }

  /** The article's clients send nothing again, so what they send next is not held back. */
  #refuseForNow(code: RefusedForNow, arrival: Arrival, waitMs: number): void {
    const retry_after_ms = Math.max(waitMs, leastRetryMs);
    if (!this.#isPlain) this.#hold.begin(arrival, code, retry_after_ms);
    const refShown = this.#refShown(arrival.ref);
    if (code === "unavailable") this.refuse({ code, message: errorCodes.unavailable, ...refShown });
    else this.refuse({ code, message: "Too many messages at once.", ...refShown, retry_after_ms });
  }

  /** A plain client's ref is ours, and would say nothing to it. */
  #refShown(ref: Ref): { readonly ref?: Ref } {
    return this.#isPlain ? {} : { ref };
  }

  get #isPlain(): boolean {
    return this.member.dialect === "plain";
  }

  get #address(): string {
    return this.member.caller.address;
  }

  #author(): { readonly id: number; readonly name: string } {
    const { uid, caller } = this.member;
    const id = this.room.userMap.get(caller.connectionId) ?? 0;
    return { id, name: nameOf(this.room, uid, id) };
  }
}

export const badName = {
  code: "bad_name",
  message: "A name has 1 to 32 characters, none of them invisible or a control character.",
} as const satisfies FrameError;

/** What was asked before is answered at once, and says nothing of the disk. */
export function noteAppend(metrics: Metrics, outcome: Outcome, tookMs: number): void {
  metrics.appends.add(outcome.kept ? (outcome.repeat ? "repeat" : "kept") : outcome.code);
  if (outcome.kept && !outcome.repeat) metrics.appended(tookMs);
}

function nameOf(room: Room, uid: Uid, id: number): string {
  return room.people.find(uid)?.name ?? `User ${id}`;
}
