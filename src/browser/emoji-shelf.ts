/** The emoji at hand: the list once somebody wants one, those used lately, the skin tone, and what one is picked for. */
import { signal } from "@preact/signals";
import { isEmoji } from "../protocol/emoji.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import { readEmoji, tones, type Emoji } from "./emoji.ts";
import type { Store } from "./store.ts";
import { texts } from "./texts/texts.ts";

export type Picking =
  | { readonly state: "none" }
  | { readonly state: "writing" }
  | { readonly state: "reacting"; readonly to: ShownMessage };

export type Supply =
  | { readonly state: "unasked" | "loading" | "failed" }
  | { readonly state: "here"; readonly all: readonly Emoji[] };

const recentKey = "confab:emoji";
const toneKey = "confab:tone";
const keptRecent = 16;
/** Until somebody has their own. */
const usual = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "🔥", "✅"];

export class EmojiShelf {
  readonly supply = signal<Supply>({ state: "unasked" });
  readonly picking = signal<Picking>({ state: "none" });
  readonly recent;
  readonly tone;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.recent = signal(this.#atHand());
    this.tone = signal(
      Math.max(
        0,
        tones.findIndex((tone) => tone === store.get(toneKey)),
      ),
    );
  }

  /** Fetches the list, if that has not been done. */
  want(): void {
    const { state } = this.supply.value;
    if (state === "loading" || state === "here") return;
    this.supply.value = { state: "loading" };
    texts.loadEmoji().then(
      (rows) => (this.supply.value = { state: "here", all: readEmoji(rows) }),
      () => (this.supply.value = { state: "failed" }),
    );
  }

  /** It was used: next time it is at hand. */
  used(char: string): void {
    this.#store.set(recentKey, [...new Set([char, ...this.#kept()])].slice(0, keptRecent).join(" "));
  }

  nextTone(): void {
    this.tone.value = (this.tone.value + 1) % tones.length;
    this.#store.set(toneKey, tones[this.tone.value] ?? "");
  }

  /** @param to what is reacted to; nothing: one for the composer */
  pick(to?: ShownMessage): void {
    this.recent.value = this.#atHand();
    this.picking.value = to === undefined ? { state: "writing" } : { state: "reacting", to };
    this.want();
  }

  close(): void {
    this.picking.value = { state: "none" };
  }

  #kept(): readonly string[] {
    return (this.#store.get(recentKey) ?? "").split(" ").filter((char) => isEmoji(char));
  }

  #atHand(): readonly string[] {
    return [...new Set([...this.#kept(), ...usual])].slice(0, keptRecent);
  }
}
