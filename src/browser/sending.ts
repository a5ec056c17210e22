/**
 * What a person asks for, from the asking to the answer: it goes through the outbox, and whatever is refused says so,
 * a text in its own row and the rest in the words the room is told.
 */
import { signal } from "@preact/signals";
import type { Ref, UnixMs } from "../protocol/events.ts";
import type { ErrorFrame } from "../protocol/server-frames.ts";
import type { Complaint } from "./complaint.ts";
import type { OutFrame } from "./connection.ts";
import { refusalInWords } from "./foresight.ts";
import type { Outbox } from "./outbox.ts";
import type { Outgoing, OutgoingAct } from "./outgoing.ts";

export class Sending {
  readonly outgoing = signal<readonly Outgoing[]>([]);
  /** How many still have to go out. */
  readonly waiting = signal(0);
  /** The server asked to wait until then before anything else goes out. */
  readonly pausedUntil = signal<UnixMs>(0);
  readonly #outbox: Outbox;
  readonly #complaint: Complaint;
  readonly #onChange: () => void;

  constructor(outbox: Outbox, complaint: Complaint, onChange: () => void) {
    this.#outbox = outbox;
    this.#complaint = complaint;
    this.#onChange = onChange;
  }

  /** Shows at once, and goes out after what was asked for before. */
  act(act: OutgoingAct): void {
    this.#outbox.add(act, Date.now());
    this.#onChange();
  }

  retry(ref: Ref): void {
    this.#outbox.retry(ref, Date.now());
    this.#onChange();
  }

  discard(ref: Ref): void {
    this.#outbox.delete(ref);
    this.#onChange();
  }

  /** Another tab removed a key from the store. */
  removedElsewhere(key: string): void {
    this.#outbox.forget(key);
    this.#onChange();
  }

  refused(error: ErrorFrame, now: UnixMs): void {
    // What failed says so itself.
    if (this.#outbox.refused(error, now) !== "failed") this.#complaint.say(error.message, now);
  }

  /** The frame to send now, if one is due. */
  next(now: UnixMs): OutFrame | undefined {
    const due = this.#outbox.next(now);
    this.#dropFailed(now);
    return due && { ...due.act, ref: due.ref };
  }

  show(): void {
    this.outgoing.value = this.#outbox.items;
    this.waiting.value = this.#outbox.waiting;
    this.pausedUntil.value = this.#outbox.waiting > 0 ? this.#outbox.pausedUntil : 0;
  }

  /** A failed reaction or deletion leaves no row to say so, and nothing that was typed. */
  #dropFailed(now: UnixMs): void {
    for (const { ref, act, status } of this.#outbox.items) {
      if (status.state !== "failed" || act.action === "message" || act.action === "edit") continue;
      this.#outbox.delete(ref);
      this.#complaint.say(refusalInWords(act.action, status.reason), now);
    }
  }
}
