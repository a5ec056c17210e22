/**
 * The same bytes to many callers: collected while a room's members are gone through, written at once when that is
 * done. Nothing else may be written to a caller in between.
 */
import type { Caller } from "./caller.ts";
import type { SendLoop } from "./send-loop.ts";

export class SharedWrite {
  readonly #sendLoop: SendLoop | undefined;
  /** Those who are sent each, by the bytes: a room has two dialects, and a newcomer misses what came before it. */
  readonly #callers = new Map<Buffer, Caller[]>();
  #descriptors = new Int32Array(256);
  #sent = new Int32Array(256);

  /** @param sendLoop without it, all is written through Node, and at once */
  constructor(sendLoop?: SendLoop) {
    this.#sendLoop = sendLoop;
  }

  /** @param frames whole server frames, back to back; must not be mutated afterwards */
  add(caller: Caller, frames: Buffer): void {
    if (this.#sendLoop === undefined || !caller.takesRawBytes) {
      caller.write(frames);
      return;
    }
    const callers = this.#callers.get(frames);
    if (callers === undefined) this.#callers.set(frames, [caller]);
    else callers.push(caller);
  }

  end(): void {
    if (this.#sendLoop === undefined || this.#callers.size === 0) return;
    for (const [frames, callers] of this.#callers) this.#send(this.#sendLoop, frames, callers);
    this.#callers.clear();
  }

  #send(sendLoop: SendLoop, frames: Buffer, callers: readonly Caller[]): void {
    if (frames.length === 0) return;
    this.#reserve(callers.length);
    callers.forEach((caller, at) => (this.#descriptors[at] = caller.descriptor));
    sendLoop(this.#descriptors.subarray(0, callers.length), this.#sent, frames);
    callers.forEach((caller, at) => caller.finishWrite(frames, this.#sent[at] ?? 0));
  }

  #reserve(count: number): void {
    if (this.#descriptors.length >= count) return;
    this.#descriptors = new Int32Array(2 * count);
    this.#sent = new Int32Array(2 * count);
  }
}
