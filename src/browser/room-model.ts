/**
 * One open room as the page shows it: the connection, history, outbox and presence put together, their state as
 * signals, and what a person can do as methods. Knows nothing of the DOM.
 */
import { computed, signal } from "@preact/signals";
import type { Ref, UnixMs } from "../protocol/events.ts";
import type { ErrorFrame, PresenceFrame, ServerFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { History } from "./history.ts";
import { loadIdentity, newRef, type FillRandom } from "./identity.ts";
import { Me } from "./me.ts";
import { typingInWords } from "./names-in-words.ts";
import { Outbox } from "./outbox.ts";
import { crowd, Presence } from "./presence.ts";
import type { RoomAddress } from "./room-address.ts";
import { buildRows, type Row } from "./rows.ts";
import type { Store } from "./store.ts";
import { Typing, typingEveryMs } from "./typing.ts";

/** A page open for weeks holds no more than this, while nobody reads further up. */
const maxMessages = 600;
const keptMessages = 400;
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
  readonly maxMessageChars = signal(usualMessageChars);
  /** What the server complained of, in words for a person. */
  readonly complaint = signal("");
  readonly typists = signal("");
  /** Messages of others that this person has not had before their eyes. */
  readonly unseen = signal(0);
  readonly rows;
  readonly loading;
  readonly isLoaded;
  /** Messages that still have to go out. */
  readonly waiting;

  readonly #connection: Connection;
  readonly #history: History;
  readonly #outbox: Outbox;
  readonly #presence = new Presence();
  readonly #typing = new Typing();
  /** Counts up whenever a part that is no signal itself has changed. */
  readonly #changes = signal(0);
  #wake: ReturnType<typeof setTimeout> | undefined;
  #saidTypingAt: UnixMs = 0;
  #isWatched = true;
  #seen = 0;

  constructor({ address, store, fillRandom, dayKey }: RoomOptions) {
    this.me = new Me(loadIdentity(store, fillRandom));
    this.#outbox = new Outbox(store, address.scope, () => newRef(fillRandom));
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
    const changing = <T>(read: () => T) => computed(() => (this.#changes.value, read()));
    this.loading = changing(() => this.#history.loading);
    this.isLoaded = changing(() => this.#history.timeline !== undefined);
    this.waiting = changing(() => this.#outbox.waiting);
    this.rows = changing(() => this.#buildRows(dayKey));
  }

  start(): void {
    this.#outbox.load(Date.now());
    this.#connection.start();
    void this.#history.loadNewest();
  }

  stop(): void {
    this.#connection.stop();
    clearTimeout(this.#wake);
  }

  say(text: string): void {
    this.#outbox.add(text, Date.now());
    this.#saidTypingAt = 0;
    this.#proceed();
  }

  retry(ref: Ref): void {
    this.#outbox.retry(ref, Date.now());
    this.#proceed();
  }

  discard(ref: Ref): void {
    this.#outbox.delete(ref);
    this.#proceed();
  }

  /** Another tab removed a key from the store. */
  removedElsewhere(key: string): void {
    this.#outbox.forget(key);
    this.#proceed();
  }

  rename(name: string): void {
    this.me.ask(name);
    this.#connection.send({ action: "rename", name });
  }

  typed(): void {
    const now = Date.now();
    if (now - this.#saidTypingAt < typingEveryMs || (this.count.value ?? 0) > crowd) return;
    if (this.#connection.send({ action: "typing" })) this.#saidTypingAt = now;
  }

  loadOlder(): void {
    void this.#history.loadOlder();
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

  /** @param isWatched whether the newest message is before the person's eyes */
  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
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
        this.#history.take(frame);
        break;
      case "ack":
        this.#outbox.acknowledged(frame.ref, frame.seq);
        this.complaint.value = "";
        break;
      case "error":
        this.#refused(frame);
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

  #refused(error: ErrorFrame): void {
    if (this.me.refused(error)) return;
    const outcome = this.#outbox.refused(error, Date.now());
    // A failed message says so itself, in its row.
    this.complaint.value = outcome === "failed" ? "" : error.message;
  }

  #welcomed(frame: WelcomeFrame): void {
    const wanted = this.me.welcomed(frame);
    if (wanted !== undefined) this.rename(wanted);
    this.#presence.welcome(frame);
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
    for (const { uid, name } of [...frame.joined, ...frame.renamed]) this.me.renamed(uid, name);
    for (const uid of frame.left) this.#typing.stopped(uid);
  }

  /** Whatever changed: sends what is due, and brings the signals up to date. */
  #proceed(): void {
    const now = Date.now();
    const { timeline } = this.#history;
    if (timeline !== undefined) {
      this.#outbox.reached(timeline.position);
      if (this.#isWatched && timeline.length > maxMessages) timeline.trim(keptMessages);
      if (this.#isWatched) this.#seen = timeline.newest?.seq ?? 0;
      this.unseen.value = timeline.countAfter(this.#seen, this.me.uid);
    }
    const due = this.#outbox.next(now);
    if (due !== undefined) this.#connection.send({ action: "message", ref: due.ref, message: due.text });
    this.typists.value = typingInWords(this.#typing.names(now));
    this.#changes.value += 1;
    this.#wakeAt(now, [this.#outbox.wakeAt, this.#typing.wakeAt]);
  }

  #wakeAt(now: UnixMs, times: readonly (UnixMs | undefined)[]): void {
    clearTimeout(this.#wake);
    const next = Math.min(...times.filter((time) => time !== undefined));
    if (Number.isFinite(next)) this.#wake = setTimeout(() => this.#proceed(), Math.max(0, next - now) + 1);
  }

  #buildRows(dayKey: (at: UnixMs) => string): Row[] {
    return buildRows({
      messages: this.#history.timeline?.messages() ?? [],
      outgoing: this.#outbox.items,
      moves: this.#presence.moves,
      me: this.me.self.value,
      dayKey,
    });
  }
}
