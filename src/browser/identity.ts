/**
 * Who this browser is: a secret key made once and kept for good, the public uid the server derives from it, and
 * the name the person chose, for all rooms. Needs no secure context.
 */
import type { Ref, Uid } from "../protocol/events.ts";
import type { Store } from "./store.ts";

const keyBytes = 24; // 32 base64url characters
const refBytes = 12; // 96 bits: tabs share one uid, so refs must not meet by chance

export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => void;

export interface Identity {
  readonly key: string;
  /** As last told by the server: known before the first welcome of this visit. */
  uid: Uid | undefined;
  /** The name the person chose; none: the server suggests one. */
  chosenName: string | undefined;
}

export function loadIdentity(store: Store, random: FillRandom): Identity {
  let key = store.get("confab:key");
  if (key === undefined || !/^[A-Za-z0-9_-]{22,64}$/.test(key)) {
    key = randomText(random, keyBytes);
    store.set("confab:key", key);
  }
  return {
    key,
    get uid() {
      return store.get("confab:uid");
    },
    set uid(uid) {
      keep(store, "confab:uid", uid);
    },
    get chosenName() {
      return store.get("confab:name");
    },
    set chosenName(name) {
      keep(store, "confab:name", name);
    },
  };
}

export function newRef(random: FillRandom): Ref {
  return randomText(random, refBytes);
}

/** @param length of the randomness in bytes, divisible by 3 so that base64 needs no padding */
function randomText(random: FillRandom, length: number): string {
  const bytes = new Uint8Array(length);
  random(bytes);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

function keep(store: Store, key: string, value: string | undefined): void {
  if (value === undefined) store.remove(key);
  else store.set(key, value);
}
