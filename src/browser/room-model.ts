/**
 * One open room as the page shows it: its parts put together, each with its state as signals, and what a person can
 * do as methods. Says to each part what the server said, and knows nothing of the DOM.
 */
import { batch, signal } from "@preact/signals";
import type { MessageEvent, Seq, UnixMs } from "../protocol/events.ts";
import type { PresenceFrame, ServerFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { Alarm } from "./alarm.ts";
import { Company } from "./company.ts";
import { Complaint } from "./complaint.ts";
import { Composing } from "./composing.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { roomDraft } from "./draft.ts";
import { EmojiShelf } from "./emoji-shelf.ts";
import { loadIdentity, newRef, type FillRandom } from "./identity.ts";
import { knownNames } from "./known-names.ts";
import { Me } from "./me.ts";
import { Outbox } from "./outbox.ts";
import { Reading } from "./reading.ts";
import { inOurWords } from "./reason.ts";
import type { RoomAddress } from "./room-address.ts";
import { Sending } from "./sending.ts";
import { shownRows } from "./shown-rows.ts";
import type { Store } from "./store.ts";
import { whyDown, type Why } from "./why-down.ts";

const usualMessageChars = 4_000;

export interface RoomOptions {
  readonly address: RoomAddress;
  readonly store: Store;
  readonly fillRandom: FillRandom;
  /** Same value, same day. */
  readonly dayKey: (at: UnixMs) => string;
  /** Resolves when the page has drawn what it was told of. */
  readonly nextFrame: () => Promise<unknown>;
}

export class RoomModel {
  /** The room's own, as people share it. */
  readonly link: string;
  readonly peopleUrl: string;
  readonly me: Me;
  readonly company = new Company();
  readonly reading: Reading;
  readonly sending: Sending;
  readonly composing: Composing;
  readonly emoji: EmojiShelf;
  readonly connection = signal<ConnectionState>({ state: "connecting" });
  readonly maxMessageChars = signal(usualMessageChars);
  /** Why there is no connection, while there is none. */
  readonly why = signal<Why>("lost");
  /** What the server complained of, in words for a person. */
  readonly complaint = signal("");
  readonly rows;
  readonly names;
  /** Told of every message that comes over the connection. */
  onMessage: (message: MessageEvent) => void = () => undefined;

  readonly #connection: Connection;
  readonly #healthUrl: string;
  readonly #outbox: Outbox;
  readonly #complaint = new Complaint();
  readonly #alarm = new Alarm(() => this.#proceed());

  constructor({ address, store, fillRandom, dayKey, nextFrame }: RoomOptions) {
    this.link = address.link;
    this.peopleUrl = address.peopleUrl;
    this.me = new Me(loadIdentity(store, fillRandom));
    this.#outbox = new Outbox(store, address.scope, () => newRef(fillRandom));
    this.composing = new Composing(roomDraft(store, address.scope));
    this.emoji = new EmojiShelf(store);
    this.sending = new Sending(this.#outbox, this.#complaint, () => this.#proceed());
    const { eventsUrl, scope } = address;
    this.reading = new Reading({ eventsUrl, store, scope, nextFrame }, () => this.#proceed());
    this.rows = shownRows(this, dayKey);
    this.names = knownNames(this);
    this.#healthUrl = address.healthUrl;
    this.#connection = new Connection({
      url: address.socketUrl,
      hello: () => ({ action: "hello", ...this.me.introduce(), ...this.reading.position }),
      onState: (state) => this.#connected(state),
      onFrame: (frame) => {
        this.#take(frame);
        this.#proceed();
      },
      random: Math.random,
    });
  }

  /** @param isNamed the message itself is wanted, and not only what stands there */
  start(at?: Seq, isNamed = false): void {
    this.#outbox.load(Date.now());
    this.#connection.start();
    this.reading.start(at, isNamed);
  }

  stop(): void {
    this.#connection.stop();
    this.#alarm.clear();
  }

  /** What the composer holds: something to say, or new words for what was said. */
  submit(text: string): void {
    const mode = this.composing.mode.value;
    if (mode.state !== "editing") this.say(text, mode.state === "replying" ? mode.to.seq : undefined);
    else if (text !== mode.original.text) {
      this.sending.act({ action: "edit", target: mode.original.message.seq, message: text });
    }
    this.composing.done();
  }

  say(text: string, replyTo?: Seq): void {
    this.company.sent();
    const reply = replyTo === undefined ? {} : { reply_to: replyTo };
    this.sending.act({ action: "message", message: text, ...reply });
  }

  /** Says something to the person, in the line under the composer. */
  tell(words: string): void {
    this.#complaint.say(words, Date.now());
    this.#proceed();
  }

  rename(name: string): void {
    // What was said of an earlier try is not about this one.
    this.#complaint.clear();
    this.#askFor(name);
    this.#proceed();
  }

  typed(): void {
    if (this.company.isTypingDue(Date.now())) this.#connection.send({ action: "typing" });
  }

  /** The person does not want to wait for the next try. */
  tryNow(): void {
    this.#connection.tryNow();
  }

  /** The network, the machine or the page came back. */
  check(): void {
    this.#connection.check();
    this.#outbox.adopt(Date.now());
    this.#proceed();
  }

  #connected(state: ConnectionState): void {
    this.connection.value = state;
    if (state.state === "waiting") void this.#askWhy(state.after);
    if (state.state === "open") this.#outbox.connected();
    if (state.state === "waiting" || state.state === "refused") {
      this.#outbox.disconnected();
      this.company.lost();
    }
    this.#proceed();
  }

  async #askWhy(after: "loss" | "refusal" | "restart"): Promise<void> {
    this.why.value = after === "restart" ? "restarting" : this.why.value;
    if (after === "loss") this.why.value = "lost";
    if (after === "refusal") this.why.value = await whyDown(this.#healthUrl);
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#welcomed(frame);
        break;
      case "reset":
        this.reading.reset(frame);
        break;
      case "msg":
      case "edit":
      case "delete":
      case "react":
        if (frame.uid === this.me.uid) this.#outbox.arrived(frame.ref);
        if (frame.type === "msg") {
          this.company.said(frame.uid, Date.now());
          this.onMessage(frame);
        }
        this.reading.take(frame);
        break;
      case "ack":
        this.#outbox.acknowledged(frame.ref, frame.seq);
        this.#complaint.clear();
        break;
      case "error":
        this.me.refused(inOurWords(frame));
        this.sending.refused(inOurWords(frame), Date.now());
        break;
      case "presence":
        this.#presenceChanged(frame);
        break;
      case "typing":
        if (frame.uid !== this.me.uid) this.company.typing(frame, Date.now());
        break;
      case "users":
      case "pong":
      case "reconnect":
    }
  }

  #welcomed(frame: WelcomeFrame): void {
    const wanted = this.me.welcomed(frame);
    if (wanted !== undefined) this.#askFor(wanted);
    this.company.welcomed(frame);
    this.maxMessageChars.value = frame.limits.max_message_chars;
    this.reading.welcomed(frame);
    this.#outbox.adopt(Date.now());
    void this.#resumeEdit();
  }

  #askFor(name: string): void {
    this.me.ask(name);
    this.#connection.send({ action: "rename", name });
  }

  /** New words that an earlier visit left half written, once the message they are for is here. */
  async #resumeEdit(): Promise<void> {
    const { halfEdit } = this.composing;
    if (halfEdit === undefined) return;
    const whereabouts = await this.reading.goTo(halfEdit.target);
    this.reading.arrived();
    if (whereabouts === "failed") return;
    const original = this.reading.find(halfEdit.target);
    this.composing.resumeEdit(original?.isDeleted === false ? original : undefined);
  }

  #presenceChanged(frame: PresenceFrame): void {
    this.company.changed(frame, { me: this.me.uid, after: this.reading.newest, at: Date.now() });
    for (const { uid, name } of [...frame.joined, ...frame.renamed]) this.me.renamed(uid, name);
  }

  /** Whatever happened: sends what is due, and brings the signals up to date. */
  #proceed(): void {
    const now = Date.now();
    const due = this.sending.next(now);
    if (due !== undefined) this.#connection.send(due);
    if (this.reading.reached !== undefined) this.#outbox.reached(this.reading.reached);
    batch(() => {
      this.reading.show(this.me.uid);
      this.company.show(now);
      this.sending.show();
      this.complaint.value = this.#complaint.words(now);
    });
    this.#alarm.set(now, [this.#outbox.wakeAt, this.company.wakeAt, this.#complaint.wakeAt]);
  }
}
