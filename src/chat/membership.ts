/**
 * What somebody who is in a room may do there, an `on<Action>` for each action. What is to be kept goes to the
 * message log; its writer is answered once the log has handed it back to everybody (I1).
 */
import type { ClientFrame, FrameError, FrameOf, PlainFrame } from "../protocol/client-frames.ts";
import { closes } from "../protocol/close-codes.ts";
import type { Uid } from "../protocol/events.ts";
import { isEmoji } from "../protocol/emoji.ts";
import { normalName } from "../protocol/person-name.ts";
import type { ErrorFrame, ServerFrame } from "../protocol/server-frames.ts";
import { codePoints } from "../protocol/text.ts";
import { jsonFrame } from "../websocket/frame.ts";
import { Appends, type Asked, type Refusal } from "./appends.ts";
import type { Chat } from "./chat.ts";
import type { Member } from "./member.ts";
import type { Room } from "./room.ts";

const typingEveryMs = 2_000;
/** In a large room nobody could follow who is typing. */
const maxPeopleForTyping = 256;

export class Membership {
  readonly room: Room;
  readonly member: Member;
  readonly #chat: Chat;
  readonly #canReturn: boolean;
  /** Nothing before the first: most people who are in a room only read. */
  #appends: Appends | undefined;
  #mayTypeAtMs = 0;
  #saidPlainly = 0;

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

  /**
   * The article's action: no ref, no acknowledgement; the broadcast tells its writer. Its uid is this connection's alone,
   * so its messages need only be counted: a random ref was a twelfth of a usual frame, and a tenth of the log's work.
   */
  onPlainMessage({ message }: PlainFrame): void {
    this.#saidPlainly += 1;
    this.#say({ type: "msg", ref: String(this.#saidPlainly), msg: message, ...this.#author() });
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

  refuse(refusal: Refusal): void {
    this.#chat.metrics.refusedFrames.add(refusal.code);
    const frame: ErrorFrame = { type: "error", ...refusal };
    this.tell(frame);
  }

  /** Resolves when everything this member asked for is kept or refused. */
  async settled(): Promise<void> {
    await this.#appends?.settled();
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
    this.#appends ??= new Appends(this.#chat, this.room, this.member, this);
    this.#appends.append(asked);
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

function nameOf(room: Room, uid: Uid, id: number): string {
  return room.people.find(uid)?.name ?? `User ${id}`;
}
