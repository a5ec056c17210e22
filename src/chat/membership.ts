/**
 * What somebody who is in a room may do there, an `on<Action>` for each action. What is to be kept goes to the
 * message log; its writer is answered once the log has handed it back to everybody (I1).
 */
import type { ClientFrame, FrameError, FrameOf, PlainFrame } from "../protocol/client-frames.ts";
import { closes } from "../protocol/close-codes.ts";
import { errorCodes } from "../protocol/error-codes.ts";
import type { Ref, Uid } from "../protocol/events.ts";
import { normalName } from "../protocol/person-name.ts";
import type { AckFrame, ErrorFrame, ServerFrame } from "../protocol/server-frames.ts";
import { codePoints } from "../protocol/text.ts";
import type { Act, Outcome } from "../message-log/message-log.ts";
import { jsonFrame } from "../websocket/frame.ts";
import type { Chat } from "./chat.ts";
import { freshRef } from "./identity.ts";
import type { Member } from "./member.ts";
import type { Room } from "./room.ts";

const typingEveryMs = 2_000;
/** In a large room nobody could follow who is typing. */
const maxPeopleForTyping = 256;
/**
 * What somebody had sent behind a refused act is refused too, for this long: else it would overtake that act (I4).
 * Who comes back no sooner than told comes after it.
 */
const holdMs = 200;
const leastRetryMs = 250;
/** "👩🏽‍🚀" has 15 bytes; the longest emoji sequences stay under this. */
const maxEmojiBytes = 32;

/** An act as a client asks for it, before it is known whose it is. */
type Asked<A = Act> = A extends Act ? Omit<A, "room" | "uid"> : never;

interface Hold {
  readonly code: "rate_limited" | "unavailable";
  readonly untilMs: number;
}

export class Membership {
  readonly room: Room;
  readonly member: Member;
  readonly #chat: Chat;
  readonly #canReturn: boolean;
  readonly #appends = new Set<Promise<void>>();
  #mayTypeAtMs = 0;
  #hold: Hold = { code: "rate_limited", untilMs: 0 };

  constructor(chat: Chat, room: Room, member: Member, canReturn: boolean) {
    this.#chat = chat;
    this.room = room;
    this.member = member;
    this.#canReturn = canReturn;
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
    else if (this.#isAllowed()) this.#rename(name);
  }

  onTyping(): void {
    const nowMs = this.#chat.now();
    if (nowMs < this.#mayTypeAtMs || this.room.people.count > maxPeopleForTyping) return;
    this.#mayTypeAtMs = nowMs + typingEveryMs;
    const { uid } = this.member;
    const typing: ServerFrame = { type: "typing", uid, name: this.#author().name };
    this.room.tell({ frames: { "confab.v1": jsonFrame(typing) } });
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
    const frame: ErrorFrame = { type: "error", ...error };
    this.tell(frame);
  }

  /** Resolves when everything this member asked for is kept or refused. */
  async settled(): Promise<void> {
    while (this.#appends.size > 0) await Promise.all(this.#appends);
  }

  #rename(name: string): void {
    const person = this.room.people.rename(this.member.uid, name);
    if (person === undefined) {
      this.refuse({ code: "name_taken", message: `Somebody here is called "${name}" already.` });
      return;
    }
    this.room.news.renamed(person);
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
    if (!this.#isAllowed(asked.ref)) return;
    const { uid } = this.member;
    const appended = this.#chat.log.append({ ...asked, room: this.room.name, uid }).then((outcome) => {
      if (outcome.kept && outcome.repeat) this.#chat.allowance.refund(uid, this.member.caller.address);
      this.#answer(asked.ref, outcome);
    });
    this.#appends.add(appended);
    void appended.finally(() => this.#appends.delete(appended));
  }

  #answer(ref: Ref, outcome: Outcome): void {
    const isPlain = this.member.dialect === "plain";
    if (!outcome.kept) {
      const { code, message } = outcome;
      if (code === "unavailable") this.#holdBack(code);
      this.refuse(isPlain ? { code, message } : { code, message, ref });
    } else if (!isPlain) {
      const ack: AckFrame = { type: "ack", ref, seq: outcome.seq, at: outcome.at };
      this.tell(ack);
    }
  }

  /** A resend of what is kept already is always let through, else a client could never empty its queue. */
  #isAllowed(ref?: Ref): boolean {
    const { allowance, log, now } = this.#chat;
    const { uid, caller } = this.member;
    const waitMs = allowance.waitMs(uid, caller.address);
    const isHeld = now() < this.#hold.untilMs;
    if ((isHeld || waitMs > 0) && (ref === undefined || !log.isKept(this.room.name, uid, ref))) {
      if (!isHeld) this.#holdBack("rate_limited");
      this.#refuseForNow(this.#hold.code, waitMs, ref);
      return false;
    }
    allowance.spend(uid, caller.address);
    return true;
  }

  #holdBack(code: Hold["code"]): void {
    this.#hold = { code, untilMs: this.#chat.now() + holdMs };
  }

  #refuseForNow(code: Hold["code"], waitMs: number, ref: Ref | undefined): void {
    const known = ref === undefined || this.member.dialect === "plain" ? {} : { ref };
    if (code === "unavailable") this.refuse({ code, message: errorCodes.unavailable, ...known });
    else {
      const retry_after_ms = Math.max(waitMs, leastRetryMs);
      this.refuse({ code, message: "Too many messages at once.", ...known, retry_after_ms });
    }
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

function nameOf(room: Room, uid: Uid, id: number): string {
  return room.people.find(uid)?.name ?? `User ${id}`;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const emojiLike = /^(?=.*[\p{Emoji_Presentation}\p{Extended_Pictographic}\u20e3\u{1f1e6}-\u{1f1ff}])/u;

function isEmoji(text: string): boolean {
  if (Buffer.byteLength(text) > maxEmojiBytes || !emojiLike.test(text)) return false;
  return [...graphemes.segment(text)].length === 1;
}
