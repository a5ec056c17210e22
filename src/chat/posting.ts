/**
 * Messages of programs that are in no room: they come over HTTP, are kept like any other, and are marked. Who posts is
 * known by name alone, so the same name is the same poster, and a `ref` of it is kept once (I3).
 */
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { Seq } from "../protocol/events.ts";
import { normalName } from "../protocol/person-name.ts";
import type { PostedMessage } from "../protocol/posted-message.ts";
import { codePoints } from "../protocol/text.ts";
import type { Outcome } from "../message-log/message-log.ts";
import type { Chat } from "./chat.ts";
import { freshRef, uidOfPoster } from "./identity.ts";
import { noteAppend } from "./appends.ts";
import { badName } from "./membership.ts";

export interface Post extends PostedMessage {
  /** Canonical. */
  readonly room: string;
  /** Where it came from, for limits; nothing where that is not known. */
  readonly address: string | undefined;
}

export type Posted =
  | { readonly kept: true; readonly seq: Seq; readonly repeat: boolean }
  | {
      readonly kept: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryAfterMs?: number;
    };

const nameWithout = "Webhook";
/** Nobody is present, so the article's numbers, which count from 1, have none for it. */
const noId = 0;
/** For a log that takes nothing just now: about as long as it needs to try its disk again. */
const unavailableMs = 1_000;

export class Posting {
  readonly #chat: Chat;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  async post({
    room,
    text,
    name: spelling = nameWithout,
    ref = freshRef(),
    address = "",
  }: Post): Promise<Posted> {
    const name = normalName(spelling);
    if (name === undefined) return { kept: false, ...badName };
    const { max_message_chars: max } = this.#chat.limits;
    const length = codePoints(text);
    if (length > max)
      return { kept: false, code: "too_long", message: `${length} characters; at most ${max}.` };
    const uid = uidOfPoster(this.#chat.secret, name);
    const { allowance, log, metrics, now } = this.#chat;
    const waitMs = allowance.waitMs(uid, address);
    if (waitMs > 0 && !log.isKept(room, uid, ref)) {
      return {
        kept: false,
        code: "rate_limited",
        message: "Too many messages at once.",
        retryAfterMs: waitMs,
      };
    }
    allowance.spend(uid, address);
    const startedMs = now();
    const outcome = await log.append({ type: "msg", room, uid, ref, id: noId, name, msg: text, bot: true });
    noteAppend(metrics, outcome, now() - startedMs);
    // A resend of what was kept before costs nothing.
    if (outcome.kept && outcome.repeat) allowance.refund(uid, address);
    return posted(outcome);
  }
}

function posted(outcome: Outcome): Posted {
  if (outcome.kept) return { kept: true, seq: outcome.seq, repeat: outcome.repeat };
  const { code, message } = outcome;
  return { kept: false, code, message, ...(code === "unavailable" && { retryAfterMs: unavailableMs }) };
}
