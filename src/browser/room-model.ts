/**
 * One open room as the page shows it: the connection, history, outbox and presence put together, their state as
 * signals, and what a person can do as methods. Knows nothing of the DOM.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Seq, UnixMs } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import type { PresenceFrame, ServerFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { Alarm } from "./alarm.ts";
import { Attention } from "./attention.ts";
import { Complaint } from "./complaint.ts";
import { Composing } from "./composing.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { roomDraft } from "./draft.ts";
import { foresee } from "./foresight.ts";
import { History, type BackTo, type Loading } from "./history.ts";
import { loadIdentity, newRef, type FillRandom } from "./identity.ts";
import { Me } from "./me.ts";
import { typingInWords } from "./names-in-words.ts";
import { Outbox } from "./outbox.ts";
import { crowd, Presence, type Moves } from "./presence.ts";
import type { RoomAddress } from "./room-address.ts";
import { buildRows, keepRows, type Row } from "./rows.ts";
import { Sending } from "./sending.ts";
import type { Store } from "./store.ts";
import { Typing } from "./typing.ts";

const usualMessageChars = 4_000;

export interface RoomOptions {
  readonly address: RoomAddress;
  readonly store: Store;
  readonly fillRandom: FillRandom;
  /** Same value, same day. */
  readonly dayKey: (at: UnixMs) => string;
}

export class RoomModel {
  readonly me: Me;
  readonly connection = signal<ConnectionState>({ state: "connecting" });
  /** People here; unknown until the first welcome. */
  readonly count = signal<number | undefined>(undefined);
  /** Grows with everything that is told of who is here. */
  readonly presenceNews = signal(0);
  readonly maxMessageChars = signal(usualMessageChars);
  /** What the server complained of, in words for a person. */
  readonly complaint = signal("");
  readonly typists = signal("");
  /** Messages of others that this person has not had before their eyes. */
  readonly unseen = signal(0);
  readonly loading = signal<Loading>({ state: "idle" });
  readonly isLoaded = signal(false);
  readonly sending: Sending;
  readonly composing: Composing;
  readonly rows;

  readonly #connection: Connection;
  readonly #history: History;
  readonly #outbox: Outbox;
  readonly #presence = new Presence();
  readonly #typing = new Typing();
  readonly #attention = new Attention();
  readonly #complaint = new Complaint();
  readonly #messages = signal<readonly ShownMessage[]>([]);
  readonly #moves = signal<readonly Moves[]>([]);
  readonly #alarm = new Alarm(() => this.#proceed());

  constructor({ address, store, fillRandom, dayKey }: RoomOptions) {
    this.me = new Me(loadIdentity(store, fillRandom));
    this.#outbox = new Outbox(store, address.scope, () => newRef(fillRandom));
    this.composing = new Composing(roomDraft(store, address.scope));
    this.sending = new Sending(this.#outbox, this.#complaint, () => this.#proceed());
    this.#history = new History(address.eventsUrl, () => this.#proceed());
    this.#connection = new Connection({
      url: address.socketUrl,
      hello: () => ({ action: "hello", ...this.me.introduce(), ...this.#history.position }),
      onState: (state) => this.#connected(state),
      onFrame: (frame) => {
        this.#take(frame);
        this.#proceed();
      },
      random: Math.random,
    });
    let rows: readonly Row[] = [];
    // Built when they are drawn, so a burst of events costs one build.
    this.rows = computed(() => {
      const [moves, me] = [this.#moves.value, this.me.self.value];
      const outgoing = this.sending.outgoing.value;
      const messages = foresee(this.#messages.value, outgoing, me);
      const fresh = buildRows({ messages, outgoing, moves, me, dayKey });
      return (rows = keepRows(fresh, rows));
    });
  }

  start(): void {
    this.#outbox.load(Date.now());
    this.#connection.start();
    void this.#history.loadNewest();
  }

  stop(): void {
    this.#connection.stop();
    this.#alarm.clear();
  }

  /** What the composer holds: something to say, or new words for what was said. */
  submit(text: string): void {
    const mode = this.composing.mode.value;
    if (mode.state !== "editing") this.say(text, mode.state === "replying" ? mode.to.message.seq : undefined);
    else if (text !== mode.original.text) {
      this.sending.act({ action: "edit", target: mode.original.message.seq, message: text });
    }
    this.composing.done();
  }

  say(text: string, replyTo?: Seq): void {
    this.#typing.said();
    this.sending.act({
      action: "message",
      message: text,
      ...(replyTo !== undefined && { reply_to: replyTo }),
    });
  }

  /** Says something to the person, in the line under the composer. */
  tell(words: string): void {
    this.#complaint.say(words, Date.now());
    this.#proceed();
  }

  /** Another tab removed a key from the store. */
  removedElsewhere(key: string): void {
    this.sending.removedElsewhere(key);
  }

  rename(name: string): void {
    this.me.ask(name);
    this.#connection.send({ action: "rename", name });
  }

  typed(): void {
    const isCrowd = (this.count.value ?? 0) > crowd;
    if (!isCrowd && this.#typing.isDue(Date.now())) this.#connection.send({ action: "typing" });
  }

  loadOlder(): void {
    void this.#history.loadOlder();
  }

  /** Loads the log back to a message, for a reader who is going there. */
  async loadBackTo(seq: Seq): Promise<BackTo> {
    this.#attention.goBack(!this.#history.holds(seq));
    const backTo = await this.#history.loadBackTo(seq);
    if (backTo !== "held") this.#attention.goBack(false);
    return backTo;
  }

  retryLoading(): void {
    void this.#history.retry();
  }

  /** The network, the machine or the page came back. */
  check(): void {
    this.#connection.check();
    this.#outbox.adopt(Date.now());
    this.#proceed();
  }

  /** @param isAtNewest whether the newest message is before the person's eyes */
  watch(isAtNewest: boolean): void {
    if (isAtNewest === this.#attention.isAtNewest) return;
    this.#attention.isAtNewest = isAtNewest;
    this.#proceed();
  }

  #connected(state: ConnectionState): void {
    this.connection.value = state;
    if (state.state === "open") this.#outbox.connected();
    if (state.state === "waiting" || state.state === "refused") {
      this.#outbox.disconnected();
      this.#typing.clear();
    }
    this.#proceed();
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#welcomed(frame);
        break;
      case "reset":
        this.#history.reset(frame.epoch, frame.head);
        break;
      case "msg":
        if (frame.uid === this.me.uid) this.#outbox.arrived(frame.ref);
        this.#typing.stopped(frame.uid);
        this.#history.take(frame);
        break;
      case "edit":
      case "delete":
      case "react":
        if (frame.uid === this.me.uid) this.#outbox.arrived(frame.ref);
        this.#history.take(frame);
        break;
      case "ack":
        this.#outbox.acknowledged(frame.ref, frame.seq);
        this.#complaint.clear();
        break;
      case "error":
        this.me.refused(frame);
        this.sending.refused(frame, Date.now());
        break;
      case "presence":
        this.#presenceChanged(frame);
        break;
      case "typing":
        if (frame.uid !== this.me.uid) this.#typing.take(frame.uid, frame.name, Date.now());
        break;
      case "users":
      case "pong":
      case "reconnect":
    }
  }

  #welcomed(frame: WelcomeFrame): void {
    const wanted = this.me.welcomed(frame);
    if (wanted !== undefined) this.rename(wanted);
    this.#presence.welcome(frame);
    this.presenceNews.value += 1;
    this.maxMessageChars.value = frame.limits.max_message_chars;
    this.count.value = frame.count;
    if (frame.resumed) this.#history.resumed(frame.epoch);
    else this.#history.liveFrom(frame.epoch, frame.head);
    void this.#history.retry();
    this.#outbox.adopt(Date.now());
  }

  #presenceChanged(frame: PresenceFrame): void {
    const after = this.#history.timeline?.newest?.seq ?? 0;
    this.#presence.take(frame, { me: this.me.uid, after, at: Date.now() });
    this.count.value = frame.count;
    this.presenceNews.value += 1;
    for (const { uid, name } of [...frame.joined, ...frame.renamed]) this.me.renamed(uid, name);
    for (const uid of frame.left) this.#typing.stopped(uid);
  }

  /** Whatever happened: sends what is due, and brings the signals up to date. */
  #proceed(): void {
    const now = Date.now();
    const due = this.sending.next(now);
    if (due !== undefined) this.#connection.send(due);
    const { timeline } = this.#history;
    if (timeline !== undefined) this.#outbox.reached(timeline.position);
    batch(() => {
      this.unseen.value = timeline === undefined ? 0 : this.#attention.follow(timeline, this.me.uid);
      this.#messages.value = timeline?.messages() ?? [];
      this.sending.show();
      this.#moves.value = this.#presence.moves;
      this.loading.value = this.#history.loading;
      this.isLoaded.value = timeline !== undefined;
      this.complaint.value = this.#complaint.words(now);
      this.typists.value = typingInWords(this.#typing.names(now));
    });
    this.#alarm.set(now, [this.#outbox.wakeAt, this.#typing.wakeAt, this.#complaint.wakeAt]);
  }
}
