/**
 * Tells what came in a room while nobody looks at it: one notification a room, which the next replaces, and a sound
 * if that was asked for. What another window showed meanwhile is not told. Loaded when somebody asks to be told.
 */
import type { Seq, Uid } from "../protocol/events.ts";
import type { ShownMessage } from "../protocol/fold.ts";
import type { Level } from "./alerts.ts";
import { playSound } from "./sound.ts";
import { texts } from "./texts/texts.ts";

/** What comes together is told together; and a window that shows it has the time to say so. */
const gatherMs = 700;
const bodyChars = 200;

export interface Listener {
  readonly room: string;
  /** The page of the room. */
  readonly link: string;
  readonly icon: string;
  readonly level: () => Level;
  readonly hasSound: () => boolean;
  readonly me: () => { readonly uid: Uid | undefined; readonly name: string };
  /** Up to where any window of this browser has shown the room. */
  readonly seen: () => Seq;
  readonly isInView: () => boolean;
  readonly mentions: (text: string, name: string) => boolean;
}

export class Telling {
  readonly #listener: Listener;
  #toldThrough: Seq;
  #latest: readonly ShownMessage[] = [];
  #isGathering = false;

  /** @param from what came up to here is no news */
  constructor(listener: Listener, from: Seq) {
    this.#listener = listener;
    this.#toldThrough = from;
  }

  /** @param messages the newest of the room, newest last */
  heard(messages: readonly ShownMessage[]): void {
    this.#latest = messages;
    const newest = messages.at(-1)?.message.seq ?? 0;
    if (newest <= this.#toldThrough || this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => this.#tell(), gatherMs);
  }

  #tell(): void {
    this.#isGathering = false;
    const from = Math.max(this.#toldThrough, this.#listener.seen());
    this.#toldThrough = this.#latest.at(-1)?.message.seq ?? this.#toldThrough;
    if (this.#listener.isInView()) return;
    const news = this.#latest.filter((shown) => shown.message.seq > from && this.#isNews(shown));
    if (news.length === 0) return;
    if (this.#listener.hasSound()) void playSound().catch(() => undefined); // No device to play it on.
    if (this.#listener.level() !== "none") void this.#notify(news);
  }

  #isNews({ message, text, isDeleted }: ShownMessage): boolean {
    const { uid, name } = this.#listener.me();
    if (message.uid === uid || isDeleted) return false;
    return this.#listener.level() !== "mentions" || this.#listener.mentions(text, name);
  }

  async #notify(news: readonly ShownMessage[]): Promise<void> {
    const { room, link, icon } = this.#listener;
    const last = news.at(-1);
    if (last === undefined || Notification.permission !== "granted") return;
    const isOne = news.length === 1;
    const title = isOne ? texts.being.news.from(last.message.name, room) : room;
    const body = isOne ? last.text.slice(0, bodyChars) : texts.being.news.several(news.length);
    await show(title, { body, tag: link, icon, data: link });
  }
}

/** By the service worker where there is one: on a phone a page may not show any itself. */
async function show(title: string, options: NotificationOptions): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration?.active) {
    await registration.showNotification(title, options);
    return;
  }
  const notification = new Notification(title, options);
  notification.onclick = () => {
    focus();
    notification.close();
  };
}
