/**
 * The article's ChatService: one object a connection, with its lifecycle (init, onOpen, onMessage, …, onClose). A
 * connection is greeted, then a member of the room its URL names, then gone.
 */
import {
  decodeClientFrame,
  decodePlainFrame,
  type Dialect,
  type FrameError,
  type FrameOf,
} from "../protocol/client-frames.ts";
import { closeLabel, closes, type Close } from "../protocol/close-codes.ts";
import type { Seq, Uid } from "../protocol/events.ts";
import { normalName, suggestedName } from "../protocol/person-name.ts";
import type { Person, ServerFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import type { Caller } from "../websocket/caller.ts";
import { jsonFrame } from "../websocket/frame.ts";
import { isPeersFault, type WebSocketService } from "../websocket/service.ts";
import type { Chat, Drainable } from "./chat.ts";
import { freshUid, isKey, uidFromKey } from "./identity.ts";
import { badName, Membership } from "./membership.ts";
import { maxPeopleTold } from "./presence-news.ts";

const helloWithinMs = 10_000;
/** Further behind than this, fetching the page again is quicker. */
const maxEventsBehind = 2_000;

type State =
  | { readonly is: "new" }
  | { readonly is: "greeting"; readonly caller: Caller; readonly timer: NodeJS.Timeout }
  | { readonly is: "joined"; readonly membership: Membership }
  | { readonly is: "gone" };

export class ChatService implements WebSocketService, Drainable {
  readonly #chat: Chat;
  readonly #roomName: string;
  readonly #dialect: Dialect;
  #state: State = { is: "new" };

  constructor(chat: Chat, roomName: string, dialect: Dialect) {
    this.#chat = chat;
    this.#roomName = roomName;
    this.#dialect = dialect;
  }

  init(): void {
    // The room is entered after the handshake: a client that gives up before was never there.
  }

  onOpen(caller: Caller): void {
    this.#chat.services.add(this);
    this.#chat.metrics.upgrades.add(101);
    if (this.#dialect === "plain") this.#joinPlain(caller);
    else {
      const timer = setTimeout(() => caller.close(closes.helloTimeout), helloWithinMs).unref();
      this.#state = { is: "greeting", caller, timer };
    }
  }

  onMessage(caller: Caller, text: string): void {
    if (this.#state.is === "joined") this.#dispatch(this.#state.membership, text);
    else if (this.#state.is === "greeting") this.#greet(caller, text);
  }

  onPing(caller: Caller, data: Buffer): void {
    caller.pong(data);
  }

  onPong(): void {
    // The heartbeat has seen the bytes; there is nothing else to do.
  }

  onIdleTimeout(caller: Caller): void {
    if (caller.backlogBytes > 0) caller.close(closes.tooSlow);
    else caller.terminate();
  }

  onClose(_caller: Caller, code: number): void {
    this.#chat.metrics.closes.add(closeLabel(code));
    if (this.#state.is === "greeting") clearTimeout(this.#state.timer);
    if (this.#state.is === "joined") this.#state.membership.leave();
    this.#state = { is: "gone" };
    this.#chat.services.delete(this);
  }

  onError(_caller: Caller, error: Error): void {
    // A broken frame is answered with a close code; a log line for each would let a peer fill the disk.
    if (!isPeersFault(error)) this.#chat.onFailure("connection_failed", error);
  }

  onHello(caller: Caller, hello: FrameOf<"hello">): void {
    const { key, name: wanted } = hello;
    if (key !== undefined && !isKey(key)) {
      this.#end(
        caller,
        { code: "bad_key", message: "A key is 22 to 64 base64url characters." },
        closes.badKey,
      );
      return;
    }
    const uid = key === undefined ? freshUid() : uidFromKey(this.#chat.secret, key);
    const name = wanted === undefined ? undefined : normalName(wanted);
    const wasPresent = this.#chat.rooms.open(this.#roomName).people.find(uid) !== undefined;
    const membership = this.#join(caller, uid, key !== undefined, () => name ?? suggestedName(uid));
    const welcome = this.#welcome(caller, membership, hello);
    if (wanted !== undefined && name === undefined) membership.refuse(badName);
    else if (name !== undefined && name !== welcome.name && !wasPresent) {
      membership.refuse({ code: "name_taken", message: `You are called "${welcome.name}" here.` });
    }
  }

  /** Lets the client know when to come back, once everything it asked for is answered. */
  async drain(afterMs: number): Promise<void> {
    if (this.#state.is === "greeting") this.#state.caller.close(closes.restart);
    if (this.#state.is !== "joined") return;
    const { membership } = this.#state;
    membership.member.caller.pauseReading();
    await membership.settled();
    membership.sayGoodbye(afterMs);
  }

  #dispatch(membership: Membership, text: string): void {
    if (this.#dialect === "plain") {
      const decoded = decodePlainFrame(text);
      if (decoded.ok) membership.onPlainMessage(decoded.frame);
      else membership.refuse(withoutRef(decoded.error));
      return;
    }
    const decoded = decodeClientFrame(text);
    if (decoded.ok) membership.dispatch(decoded.frame);
    else membership.refuse(decoded.error);
  }

  #greet(caller: Caller, text: string): void {
    const decoded = decodeClientFrame(text);
    if (decoded.ok && decoded.frame.action === "hello") this.onHello(caller, decoded.frame);
    else {
      const expected: FrameError = { code: "bad_frame", message: 'The first frame must be a "hello".' };
      this.#end(caller, decoded.ok ? expected : decoded.error, closes.helloExpected);
    }
  }

  #joinPlain(caller: Caller): void {
    const { room, member } = this.#join(caller, freshUid(), false, (id) => `User ${id}`);
    room.follow(member);
    // In a large room joins are told together, and this is how the newcomer learns its own number.
    const id = room.userMap.get(caller.connectionId);
    if (room.news.isLarge && id !== undefined)
      room.answer(member, room.news.usersFrame({ new_user: true, id }));
  }

  #join(caller: Caller, uid: Uid, canReturn: boolean, nameFor: (id: number) => string): Membership {
    const room = this.#chat.rooms.open(this.#roomName);
    const member = room.enter({ caller, dialect: this.#dialect, uid, nameFor });
    const membership = new Membership(this.#chat, room, member, canReturn);
    if (this.#state.is === "greeting") clearTimeout(this.#state.timer);
    this.#state = { is: "joined", membership };
    return membership;
  }

  /** `welcome` goes out first; the room's events follow it. */
  #welcome(caller: Caller, { room, member }: Membership, hello: FrameOf<"hello">): WelcomeFrame {
    const { log, limits } = this.#chat;
    const resumedAt = this.#resumable(hello);
    const self: Person = room.people.find(member.uid) ?? { id: 0, uid: member.uid, name: "" };
    const welcome: WelcomeFrame = {
      type: "welcome",
      room: room.name,
      ...self,
      epoch: log.epoch,
      head: log.head,
      resumed: resumedAt !== undefined,
      count: room.people.count,
      people: room.people.some(maxPeopleTold, member.uid),
      limits,
    };
    tellNow(caller, welcome);
    if (resumedAt === undefined && hello.since !== undefined) {
      tellNow(caller, { type: "reset", epoch: log.epoch, head: log.head });
    }
    room.follow(member, resumedAt);
    return welcome;
  }

  /** The position to go on from, if all that followed it can still be told. */
  #resumable({ since, epoch }: FrameOf<"hello">): Seq | undefined {
    if (since === undefined) return undefined;
    const position = epoch === undefined ? { since } : { since, epoch };
    const { log } = this.#chat;
    if (!log.knows(this.#roomName, position)) return undefined;
    const behind = log.countAfter(this.#roomName, since, maxEventsBehind + 1);
    return behind <= maxEventsBehind ? since : undefined;
  }

  #end(caller: Caller, error: FrameError, close: Close): void {
    this.#chat.metrics.refusedFrames.add(error.code);
    tellNow(caller, { type: "error", ...error });
    caller.close(close);
  }
}

/** For somebody whom the room tells nothing yet. */
function tellNow(caller: Caller, frame: ServerFrame): void {
  caller.write(jsonFrame(frame));
}

function withoutRef({ code, message }: FrameError): FrameError {
  return { code, message };
}
