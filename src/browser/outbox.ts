/**
 * What this person said or did and the server has not kept yet. It is written to the store before anything is sent and
 * leaves it only when the server has kept it or the person deletes it, so a reload, a closed tab or a dead network
 * lose nothing (I8). One act is under way at a time: the next goes after the answer, so order holds whatever
 * is refused in between. Tabs of one room share the store: sending what another tab sends too is harmless, since
 * (uid, ref) is kept once (I3).
 */
import type { Ref, Seq, UnixMs } from "../protocol/events.ts";
import type { ErrorFrame } from "../protocol/server-frames.ts";
import { isStale, readStored, toStored, type Outgoing, type OutgoingAct } from "./outgoing.ts";
import type { Store } from "./store.ts";
import { texts } from "./texts/texts.ts";

export const ackTimeoutMs = 10_000;
const firstRetryMs = 2_000;
const lastRetryMs = 30_000;
/** Written longer ago by another tab and still here: that tab may be gone. */
const adoptAfterMs = 15_000;

export class Outbox {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #newRef: () => Ref;
  #items: Outgoing[] = [];
  #isConnected = false;
  #pausedUntil: UnixMs = 0;
  #retryMs = firstRetryMs;

  /** @param room tells the outboxes of one origin apart, e.g. the room's path */
  constructor(store: Store, room: string, newRef: () => Ref) {
    this.#store = store;
    this.#prefix = `confab:outbox:${room}:`;
    this.#newRef = newRef;
  }

  /** In the order they go out; the same array until something changes. */
  get items(): readonly Outgoing[] {
    return this.#items;
  }

  /** How many still have to go out. */
  get waiting(): number {
    return this.#items.filter(({ status }) => status.state === "queued" || status.state === "sent").length;
  }

  /** No sending before this time: the server asked for it. */
  get pausedUntil(): UnixMs {
    return this.#pausedUntil;
  }

  /** When `next` should be asked again although nothing happened. */
  get wakeAt(): UnixMs | undefined {
    const sent = this.#items.find(({ status }) => status.state === "sent");
    if (sent?.status.state === "sent") return sent.status.deadline;
    return this.#isConnected && this.waiting > 0 ? this.#pausedUntil : undefined;
  }

  add(act: OutgoingAct, now: UnixMs): void {
    this.#put({ ref: this.#newRef(), act, at: now, status: { state: "queued" } });
  }

  /** Takes over what earlier visits left in the store, and what other tabs have not got rid of. */
  adopt(now: UnixMs, olderThanMs = adoptAfterMs): void {
    const stored = this.#store.keys(this.#prefix).flatMap((key) => {
      const ref = key.slice(this.#prefix.length);
      const item = this.#find(ref) === undefined ? readStored(ref, this.#store.get(key)) : undefined;
      return item !== undefined && now - item.at >= olderThanMs ? item : [];
    });
    if (stored.length > 0) this.#items = [...this.#items, ...stored].sort((a, b) => a.at - b.at);
  }

  /** Takes over what earlier visits left. */
  load(now: UnixMs): void {
    this.adopt(now, Number.NEGATIVE_INFINITY);
  }

  connected(): void {
    this.#isConnected = true;
    this.#pausedUntil = 0;
  }

  disconnected(): void {
    this.#isConnected = false;
    for (const item of this.#items) if (item.status.state === "sent") this.#replace(queued(item));
  }

  /** What to send now, if one is due; it counts as sent. */
  next(now: UnixMs): Outgoing | undefined {
    this.#expire(now);
    if (!this.#isConnected || now < this.#pausedUntil) return undefined;
    if (this.#items.some(({ status }) => status.state === "sent")) return undefined;
    const item = this.#items.find(({ status }) => status.state === "queued");
    if (item === undefined) return undefined;
    const sent: Outgoing = {
      ...item,
      wentOut: true,
      status: { state: "sent", deadline: now + ackTimeoutMs },
    };
    this.#replace(sent);
    if (item.wentOut === undefined) this.#write(sent);
    return sent;
  }

  acknowledged(ref: Ref, seq: Seq): void {
    const item = this.#find(ref);
    if (item === undefined) return;
    this.#store.remove(this.#prefix + ref);
    this.#replace({ ...item, status: { state: "kept", seq } });
    this.#retryMs = firstRetryMs;
  }

  /** Waits and goes on with the same ref where that can help; else it has failed. */
  refused(error: ErrorFrame, now: UnixMs): "waiting" | "failed" | "not ours" {
    const item = error.ref === undefined ? undefined : this.#find(error.ref);
    if (item === undefined) return "not ours";
    if (error.code === "rate_limited" || error.code === "unavailable") {
      this.#pausedUntil = now + (error.retry_after_ms ?? this.#retryMs);
      this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
      this.#replace(queued(item));
      return "waiting";
    }
    this.#fail(item, error.message, error.code === "ref_reused" ? this.#newRef() : item.ref);
    return "failed";
  }

  /** Its event is in the timeline. */
  arrived(ref: Ref): void {
    this.delete(ref);
  }

  /** Everything up to this seq is in the timeline or its history. */
  reached(position: Seq): void {
    this.#keep(({ status }) => status.state !== "kept" || status.seq > position);
  }

  retry(ref: Ref, now: UnixMs): void {
    const item = this.#find(ref);
    if (item?.status.state !== "failed") return;
    this.delete(ref);
    this.#put(queued({ ...item, at: now }));
  }

  delete(ref: Ref): void {
    this.#store.remove(this.#prefix + ref);
    this.forget(this.#prefix + ref);
  }

  /** Another tab saw it kept or deleted it: its key has left the store. */
  forget(key: string): void {
    this.#keep((item) => this.#prefix + item.ref !== key);
  }

  #expire(now: UnixMs): void {
    for (const item of this.#items) {
      if (item.status.state === "queued" && isStale(item, now)) this.#fail(item, texts.trouble.overAWeekOld);
      if (item.status.state !== "sent" || now < item.status.deadline) continue;
      // A timer this late slept with the machine; the connection is checked first, and may resend.
      const isLate = now - item.status.deadline > ackTimeoutMs / 2;
      if (isLate) this.#replace({ ...item, status: { state: "sent", deadline: now + ackTimeoutMs } });
      else this.#fail(item, texts.trouble.noAnswer);
    }
  }

  #fail(item: Outgoing, reason: string, ref = item.ref): void {
    if (ref !== item.ref) this.#store.remove(this.#prefix + item.ref);
    const failed: Outgoing = { ...item, ref, status: { state: "failed", reason } };
    this.#items = this.#items.map((each) => (each.ref === item.ref ? failed : each));
    this.#write(failed);
  }

  #put(item: Outgoing): void {
    this.#write(item);
    this.#items = [...this.#items, item];
  }

  #replace(item: Outgoing): void {
    this.#items = this.#items.map((each) => (each.ref === item.ref ? item : each));
  }

  #keep(isKept: (item: Outgoing) => boolean): void {
    if (!this.#items.every(isKept)) this.#items = this.#items.filter(isKept);
  }

  #write(item: Outgoing): void {
    this.#store.set(this.#prefix + item.ref, toStored(item));
  }

  #find(ref: Ref): Outgoing | undefined {
    return this.#items.find((item) => item.ref === ref);
  }
}

function queued(item: Outgoing): Outgoing {
  return { ...item, status: { state: "queued" } };
}
