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
import type { Uid } from "../protocol/events.ts";
import { normalName, suggestedName } from "../protocol/person-name.ts";
import type { ServerFrame } from "../protocol/server-frames.ts";
import type { Caller } from "../websocket/caller.ts";
import { jsonFrame } from "../websocket/frame.ts";
import { isPeersFault, type WebSocketService } from "../websocket/service.ts";
import type { Chat, Drainable } from "./chat.ts";
import { freshUid, isKey, uidFromKey } from "./identity.ts";
import { badName, Membership } from "./membership.ts";
import type { Newcomer } from "./room.ts";
import { isAheadOfNode, welcome } from "./welcome.ts";

const helloWithinMs = 10_000;
/** How long a client may wait for a node that has not seen yet what it saw on another. */
const feedWithinMs = 5_000;

/** A number taken for a newcomer, nothing where the room counts by itself; or the node is too far behind. */
type Entry = number | undefined | "behind";

type State =
  | { readonly is: "new" }
  | { readonly is: "greeting"; readonly caller: Caller; readonly timer: NodeJS.Timeout }
  /** What follows the hello waits until the welcome is out. */
  | { readonly is: "joining"; readonly caller: Caller; readonly waiting: string[] }
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
    if (this.#dialect === "plain") this.#admitPlain(caller, freshUid());
    else {
      const timer = setTimeout(() => caller.close(closes.helloTimeout), helloWithinMs).unref();
      this.#state = { is: "greeting", caller, timer };
    }
  }

  onMessage(caller: Caller, text: string): void {
    if (this.#state.is === "joined") this.#dispatch(this.#state.membership, text);
    else if (this.#state.is === "greeting") this.#greet(caller, text);
    else if (this.#state.is === "joining") this.#state.waiting.push(text);
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
    const { key } = hello;
    if (key !== undefined && !isKey(key)) {
      this.#end(
        caller,
        { code: "bad_key", message: "A key is 22 to 64 base64url characters." },
        closes.badKey,
      );
      return;
    }
    if (this.#state.is === "greeting") clearTimeout(this.#state.timer);
    const uid = key === undefined ? freshUid() : uidFromKey(this.#chat.secret, key);
    const number = this.#chat.rooms.takeNumber(this.#roomName, uid);
    const admit = (taken?: number): void => this.#admit(caller, uid, hello, taken);
    const isAhead = isAheadOfNode(this.#chat, hello);
    this.#joinLater(caller, isAhead ? this.#entry(hello, Promise.resolve(number)) : number, admit);
  }

  /** Lets the client know when to come back, once everything it asked for is answered. */
  async drain(afterMs: number): Promise<void> {
    const state = this.#state;
    if (state.is === "greeting" || state.is === "joining") state.caller.close(closes.restart);
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

  #admitPlain(caller: Caller, uid: Uid): void {
    const number = this.#chat.rooms.takeNumber(this.#roomName, uid);
    if (number === undefined) this.#joinPlain(caller, uid);
    else this.#joinLater(caller, number, (taken) => this.#joinPlain(caller, uid, taken));
  }

  #joinPlain(caller: Caller, uid: Uid, number?: number): void {
    const newcomer = { caller, uid, nameFor: (id: number) => `User ${id}`, ...(number && { number }) };
    const { room, member } = this.#join(newcomer, false);
    room.follow(member);
    // In a large room joins are told together, and this is how the newcomer learns its own number.
    const id = room.userMap.get(caller.connectionId);
    if (room.news.isLarge && id !== undefined)
      room.answer(member, room.news.usersFrame({ new_user: true, id }));
  }

  /**
   * In a turn, so that a thousand who come back at once hold nobody up; and a node of several may have to ask first.
   * Whoever leaves meanwhile has not been here.
   */
  #joinLater(
    caller: Caller,
    answer: Promise<Entry> | undefined,
    join: (number: number | undefined) => void,
  ): void {
    const waiting: string[] = [];
    const joining: State = { is: "joining", caller, waiting };
    this.#state = joining;
    caller.pauseReading();
    const goOn = (entry: Entry): void => {
      if (this.#state !== joining || !caller.isOpen) return;
      if (entry === "behind") {
        caller.close(closes.aheadOfNode);
        return;
      }
      join(entry);
      caller.resumeReading();
      for (const text of waiting) this.onMessage(caller, text);
    };
    const fail = (error: unknown): void => {
      this.#chat.onFailure("join_failed", error);
      caller.close(closes.handlerFailed);
    };
    if (answer !== undefined) answer.then(goOn).catch(fail);
    else this.#chat.turns.add(() => attempt(() => goOn(undefined), fail));
  }

  async #entry({ since = 0 }: FrameOf<"hello">, number: Promise<Entry>): Promise<Entry> {
    const isThere = await this.#chat.rooms.feed.reaches(since, feedWithinMs);
    return isThere ? number : "behind";
  }

  #admit(caller: Caller, uid: Uid, hello: FrameOf<"hello">, number?: number): void {
    const { key, name: wanted } = hello;
    const name = wanted === undefined ? undefined : normalName(wanted);
    const wasPresent = this.#chat.rooms.open(this.#roomName).people.find(uid) !== undefined;
    const nameFor = (): string => name ?? suggestedName(uid);
    const membership = this.#join({ caller, uid, nameFor, ...(number && { number }) }, key !== undefined);
    const { name: given } = welcome(this.#chat, membership, hello);
    if (wanted !== undefined && name === undefined) membership.refuse(badName);
    else if (name !== undefined && name !== given && !wasPresent) {
      membership.refuse({ code: "name_taken", message: `You are called "${given}" here.` });
    }
  }

  #join(newcomer: Omit<Newcomer, "dialect">, canReturn: boolean): Membership {
    const room = this.#chat.rooms.open(this.#roomName);
    const member = room.enter({ ...newcomer, dialect: this.#dialect });
    const membership = new Membership(this.#chat, room, member, canReturn);
    this.#state = { is: "joined", membership };
    return membership;
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

function attempt(act: () => void, fail: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    fail(error);
  }
}

function withoutRef({ code, message }: FrameError): FrameError {
  return { code, message };
}
