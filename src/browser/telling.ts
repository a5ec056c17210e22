/**
 * Tells what came in a room while nobody looks at it: one notification a room, which the next replaces, and a sound
 * if that was asked for. A press on it goes to the first message it tells of. What another window showed meanwhile is
 * not told. Loaded when somebody asks to be told.
 */
import type { MessageEvent, Seq, Uid } from "../protocol/events.ts";
import { hasNotifications, mayNotify, type Level } from "./alerts.ts";
import { isolated } from "./names-in-words.ts";
import { permalink } from "./permalink-address.ts";
import { playSound } from "./sound.ts";
import { texts } from "./texts/texts.ts";

/** What comes together is told together; and a window that shows it has the time to say so. */
const gatherMs = 700;

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
  /** What a message says, in plain text. */
  readonly words: (text: string) => string;
}

export class Telling {
  readonly #listener: Listener;
  #heard: MessageEvent[] = [];

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** @param message as it has just come */
  hear(message: MessageEvent): void {
    if (!this.#isNews(message)) return;
    if (this.#heard.length === 0) setTimeout(() => this.#tell(), gatherMs);
    this.#heard.push(message);
  }

  #tell(): void {
    const seen = this.#listener.seen();
    const news = this.#heard.filter(({ seq }) => seq > seen);
    this.#heard = [];
    if (this.#listener.isInView() || news.length === 0) return;
    if (this.#listener.hasSound()) void playSound().catch(() => undefined); // No device to play it on.
    void this.#notify(news);
  }

  #isNews({ uid, msg, deleted }: MessageEvent): boolean {
    const me = this.#listener.me();
    if (uid === me.uid || deleted === true) return false;
    const level = this.#listener.level();
    if (level === "mentions") return this.#listener.mentions(msg, me.name);
    return level === "all" || !mayNotify();
  }

  async #notify(news: readonly MessageEvent[]): Promise<void> {
    const { room, link, icon, words } = this.#listener;
    const [first, last] = [news[0], news.at(-1)];
    if (
      first === undefined ||
      last === undefined ||
      !hasNotifications() ||
      Notification.permission !== "granted"
    )
      return;
    const isOne = news.length === 1;
    const title = isOne ? texts.being.news.from(isolated(last.name), isolated(room)) : room;
    const body = isOne ? words(last.msg) : texts.being.news.several(news.length);
    await show(title, { body, tag: link, icon, data: permalink(link, first.seq) });
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
    location.hash = new URL(String(options.data)).hash;
    notification.close();
  };
}
