/**
 * What a person wants to be told of a room while they are elsewhere: kept in this browser, a key a room, the same in
 * every window. Nothing until they ask; the browser is asked for its leave only then.
 */
import { signal } from "@preact/signals";
import type { Store } from "./store.ts";

export type Level = "all" | "mentions" | "none";
export const levels: readonly Level[] = ["all", "mentions", "none"];

const soundKey = "confab:sound";

export class Alerts {
  readonly level = signal<Level>("none");
  /** For all rooms. */
  readonly hasSound = signal(false);
  readonly #store: Store;
  readonly #key: string;

  constructor(store: Store, scope: string) {
    this.#store = store;
    this.#key = `confab:notify:${scope}`;
    this.#read();
  }

  choose(level: Level): void {
    if (level === "none") this.#store.remove(this.#key);
    else this.#store.set(this.#key, level);
    this.#read();
  }

  chooseSound(isOn: boolean): void {
    if (isOn) this.#store.set(soundKey, "on");
    else this.#store.remove(soundKey);
    this.#read();
  }

  /** @param key nothing when everything may have changed */
  changedElsewhere(key: string | null): void {
    if (key === null || key === this.#key || key === soundKey) this.#read();
  }

  #read(): void {
    const stored = this.#store.get(this.#key);
    this.level.value = levels.find((level) => level === stored) ?? "none";
    this.hasSound.value = this.#store.get(soundKey) === "on";
  }
}

/** Only where there is a secure context, and a browser that has them. */
export function hasNotifications(): boolean {
  return isSecureContext && "Notification" in globalThis;
}

/** Where the browser shows none, there is nothing to choose: a sound is for all that is said then. */
export function mayNotify(): boolean {
  return hasNotifications() && Notification.permission !== "denied";
}
