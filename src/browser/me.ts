/**
 * Who the person here is called. A name they chose holds for all rooms and is asked for again wherever the server
 * welcomes them under another one; it is kept only once a room has taken it.
 */
import { signal } from "@preact/signals";
import type { ErrorCode } from "../protocol/error-codes.ts";
import type { Uid } from "../protocol/events.ts";
import { suggestedName } from "../protocol/person-name.ts";
import type { ErrorFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import type { Identity } from "./identity.ts";

export type Renaming =
  | { readonly state: "idle" }
  /** Until the room says so, or the connection is back to ask. */
  | { readonly state: "asked"; readonly name: string }
  | { readonly state: "refused"; readonly code: ErrorCode; readonly reason: string };

export interface Self {
  /** Unknown before the first welcome of the first visit. */
  readonly uid: Uid | undefined;
  readonly name: string;
}

export class Me {
  readonly self;
  readonly renaming = signal<Renaming>({ state: "idle" });
  readonly #identity: Identity;

  constructor(identity: Identity) {
    this.#identity = identity;
    const { uid, chosenName } = identity;
    this.self = signal<Self>({ uid, name: chosenName ?? (uid === undefined ? "" : suggestedName(uid)) });
  }

  get uid(): Uid | undefined {
    return this.self.value.uid;
  }

  /** What the hello says of this person. */
  introduce(): { readonly key: string; readonly name?: string } {
    const name = this.#wanted;
    return { key: this.#identity.key, ...(name !== undefined && { name }) };
  }

  /** @returns the name to ask for, if this room knows the person under another one */
  welcomed({ uid, name }: WelcomeFrame): string | undefined {
    this.#identity.uid = uid;
    this.self.value = { uid, name };
    this.renamed(uid, name);
    const wanted = this.#wanted;
    return wanted === name ? undefined : wanted;
  }

  ask(name: string): void {
    this.renaming.value = { state: "asked", name };
  }

  /** Somebody is called so now; it may be us, from here or from another tab. */
  renamed(uid: Uid, name: string): void {
    if (uid !== this.uid) return;
    this.self.value = { uid, name };
    const { value } = this.renaming;
    // What the room says meanwhile of the name before is not the answer.
    if (value.state !== "asked" || value.name !== name) return;
    this.#identity.chosenName = name;
    this.renaming.value = { state: "idle" };
  }

  /** An error came; it may be about the name. */
  refused({ code, message, ref }: ErrorFrame): void {
    const isAboutName = code === "name_taken" || code === "bad_name";
    const isAnswer = this.renaming.value.state === "asked" && ref === undefined;
    if (isAboutName || isAnswer) this.renaming.value = { state: "refused", code, reason: message };
  }

  dismiss(): void {
    this.renaming.value = { state: "idle" };
  }

  get #wanted(): string | undefined {
    const { value } = this.renaming;
    return value.state === "asked" ? value.name : this.#identity.chosenName;
  }
}
