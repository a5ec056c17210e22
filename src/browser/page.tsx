/** The page's entry: reads which room this is from the document, and puts the parts together. */
import { effect, signal } from "@preact/signals";
import { options, render } from "preact";
import { Dock } from "./dock.tsx";
import { Header } from "./header.tsx";
import { lend } from "./lent.ts";
import { Log } from "./log.tsx";
import { Panels, type View } from "./panels.tsx";
import { ReadingPlace } from "./reading-place.ts";
import { roomAddress } from "./room-address.ts";
import { RoomModel } from "./room-model.ts";
import { browserStore } from "./store.ts";
import { speak, texts, textsFor } from "./texts/texts.ts";
import { timeWords } from "./time-words.ts";

lend();
void start(document.documentElement.dataset, document.body);

async function start({ room = "", base = "", publicName = "" }: DOMStringMap, parent: HTMLElement) {
  speak(await textsFor(navigator.languages));
  document.documentElement.lang = texts.locale;
  // A burst of events is drawn once a frame. A hidden page has no frames.
  options.debounceRendering = (draw) => (document.hidden ? setTimeout(draw) : requestAnimationFrame(draw));
  const address = roomAddress(location.href, base, room);
  const words = timeWords(texts.locale);
  const store = browserStore(() => localStorage);
  const fillRandom = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const model = new RoomModel({ address, store, fillRandom, dayKey: (at) => words.dayKey(at) });
  const place = new ReadingPlace();
  const view = signal<View>("none");
  listen(model);
  effect(() => {
    const unseen = model.reading.unseen.value;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ""}${room} · ${publicName}`;
  });
  model.start();
  render(
    <div class="app">
      <div class="room">
        <Header model={model} address={address} room={room} view={view} />
        <main class="talk">
          <Log model={model} address={address} room={room} words={words} place={place} />
          <Dock model={model} place={place} />
        </main>
      </div>
      <Panels view={view} model={model} address={address} room={room} words={words} place={place} />
    </div>,
    parent,
  );
}

/** What the browser tells of the network, the machine and the other tabs. */
function listen(model: RoomModel): void {
  const check = () => model.check();
  addEventListener("online", check);
  addEventListener("offline", check);
  addEventListener("pageshow", check);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) check();
  });
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== null && newValue === null) model.sending.removedElsewhere(key);
  });
}
