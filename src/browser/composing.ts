/**
 * What the composer is being used for: saying something, answering a message, or changing one's own. Changing sets
 * the words that were there before aside, and brings them back (I8).
 */
import { signal } from "@preact/signals";
import type { ShownMessage } from "../protocol/fold.ts";
import type { Draft, HalfEdit } from "./draft.ts";
import type { Quoted } from "./rows.ts";

export type Mode =
  | { readonly state: "saying" }
  | { readonly state: "replying"; readonly to: Quoted }
  | { readonly state: "editing"; readonly original: ShownMessage; readonly setAside: string };

export class Composing {
  readonly text;
  /** What "/search" asked for, until the search has it. */
  readonly wantedSearch = signal<string | undefined>(undefined);
  readonly mode;
  /** Of a message all of whose words were taken out: whether it is to go. */
  readonly asksToDelete = signal(false);
  readonly #draft: Draft;
  #halfEdit: HalfEdit | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
    this.text = signal(draft.read());
    const seq = draft.readReply();
    this.mode = signal<Mode>(
      seq === undefined ? { state: "saying" } : { state: "replying", to: { seq, shown: undefined } },
    );
    this.#halfEdit = draft.readEdit();
  }

  /** An edit that an earlier visit left, until its message is found. */
  get halfEdit(): HalfEdit | undefined {
    return this.#halfEdit;
  }

  /** @param original nothing: it is gone, and the words are what is left to say */
  resumeEdit(original: ShownMessage | undefined): void {
    const edit = this.#halfEdit;
    // Who answers or changes something meanwhile finds it at the next visit.
    if (edit === undefined || this.mode.value.state !== "saying") return;
    this.#halfEdit = undefined;
    if (original === undefined) this.text.value = `${this.text.value}\n${edit.text}`.trim();
    else {
      this.edit(original);
      this.text.value = edit.text;
    }
    this.keep();
  }

  reply(shown: ShownMessage): void {
    this.cancel();
    this.mode.value = { state: "replying", to: { seq: shown.message.seq, shown } };
  }

  edit(original: ShownMessage): void {
    this.cancel();
    this.mode.value = { state: "editing", original, setAside: this.text.value };
    this.text.value = original.text;
  }

  /** Back to saying something, with the words that were there for it. */
  cancel(): void {
    const mode = this.mode.value;
    if (mode.state === "editing") this.text.value = mode.setAside;
    this.asksToDelete.value = false;
    this.mode.value = { state: "saying" };
  }

  /** What was written has its way now. */
  done(): void {
    if (this.mode.value.state !== "editing") this.text.value = "";
    this.cancel();
  }

  /** The window goes: its words are what it finds next, though another window has sent or written its own since. */
  leave(): void {
    if (this.text.value !== "" || this.mode.value.state !== "saying") this.keep();
  }

  /** Writes down what has not been said yet, for the next visit. */
  keep(): void {
    const [mode, text] = [this.mode.value, this.text.value];
    this.#draft.write(mode.state === "editing" ? mode.setAside : text);
    this.#draft.writeReply(mode.state === "replying" ? mode.to.seq : undefined);
    const edit = mode.state === "editing" ? { target: mode.original.message.seq, text } : this.#halfEdit;
    this.#draft.writeEdit(edit);
  }
}
