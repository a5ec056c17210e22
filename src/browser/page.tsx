/** The page's entry: reads which room this is from the document, and puts the parts together. */
import { effect, signal } from "@preact/signals";
import { options, render } from "preact";
import { Alerts } from "./alerts.ts";
import { App } from "./app.tsx";
import { installWorker } from "./app-worker.ts";
import { drawing, inNextFrame } from "./drawing.ts";
import { keepInStep, tellNews } from "./elsewhere.ts";
import { forgetKept, keepForLater, type Kept } from "./keeping.ts";
import { InstallOffer } from "./install-offer.ts";
import { keepFocus } from "./kept-focus.ts";
import { lend } from "./lent.ts";
import { openRoom } from "./opening.ts";
import type { View } from "./panels.tsx";
import { ReadingPlace } from "./reading-place.ts";
import { roomAddress, roomAt } from "./room-address.ts";
import { RoomModel } from "./room-model.ts";
import { Rooms } from "./rooms.ts";
import { browserStore } from "./store.ts";
import { takeStrayInput } from "./stray-input.ts";
import { TabIcon } from "./tab-icon.ts";
import { speak, texts, textsFor } from "./texts/texts.ts";
import { timeWords } from "./time-words.ts";
import { followVisualViewport } from "./window-height.ts";

lend();
void start(document.documentElement, document.body);

async function start(root: HTMLElement, parent: HTMLElement): Promise<void> {
  speak(await textsFor(navigator.languages));
  root.lang = texts.locale;
  options.debounceRendering = drawing(document);
  const { base = "", publicName = "" } = root.dataset;
  // The page that opens without a server is of no room: its address tells.
  const { room: named = "" } = root.dataset;
  const room = named === "" ? roomAt(location.href, base) : named;
  const isEmbedded = new URLSearchParams(location.search).has("embed");
  root.classList.toggle("is-embedded", isEmbedded);
  const address = roomAddress(location.href, base, room);
  const words = timeWords(texts.locale);
  const store = browserStore(() => localStorage);
  const fillRandom = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const model = new RoomModel({
    address,
    store,
    fillRandom,
    dayKey: (at) => words.dayKey(at),
    nextFrame: () => new Promise<void>(inNextFrame),
  });
  const rooms = new Rooms(store, address.scope);
  rooms.onForget = forgetKept;
  const alerts = new Alerts(store, address.scope);
  const install = new InstallOffer(window);
  listen(model);
  takeStrayInput(() => model.tell(texts.writing.noFiles));
  keepInStep({ store, model, rooms, alerts });
  tellNews({ store, model, rooms, alerts }, { room, address, base });
  const kept = isEmbedded ? signal<Kept>("unneeded") : keepForLater(model, address.eventsUrl);
  followVisualViewport(root, globalThis.visualViewport);
  const icon = new TabIcon(document.querySelector<HTMLLinkElement>('link[rel="icon"]'));
  effect(() => {
    const unseen = model.reading.unseen.value;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ""}${room} · ${publicName}`;
    icon.show(unseen);
  });
  const place = new ReadingPlace();
  openRoom(model, place, address.scope);
  const view = signal<View>("none");
  const parts = {
    model,
    address,
    room,
    words,
    place,
    view,
    rooms,
    alerts,
    install,
    base,
    publicName,
    isEmbedded,
    kept,
  };
  keepFocus(document);
  render(<App {...parts} />, parent);
  if (!isEmbedded) installWorker(base);
}

/** What the browser tells of the network and the machine. */
function listen(model: RoomModel): void {
  const check = () => model.check();
  addEventListener("online", check);
  addEventListener("offline", check);
  addEventListener("pageshow", check);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) check();
  });
}
