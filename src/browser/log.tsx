/**
 * The messages, scrolled the way a reader expects: it stays at the newest when it is there, and anywhere else the
 * line under the eye stays where it is, whatever is added above or below.
 */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Announcer } from "./announcer.ts";
import { copyAsLines } from "./copied-lines.ts";
import { EmptyRoom } from "./empty-room.tsx";
import { toNewest } from "./jump.ts";
import { LogRow } from "./log-rows.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { ReadingPlace } from "./reading-place.ts";
import { asksForNewest, asksForPage, focusNewest, walkRows } from "./row-keys.ts";
import { rememberRow } from "./row-stop.ts";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

/** How soon after midnight today is called yesterday. */
const todayMs = 20_000;

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
}

export function Log({ model, address, room, words, place }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const told = useRef<HTMLDivElement>(null);
  const rows = model.rows.value;
  const today = useToday(words);
  const isEmpty = rows.length === 0 && model.reading.isLoaded.value;
  useLayoutEffect(() => {
    if (scroller.current === null) return undefined;
    const stopFollowing = place.follow(scroller.current, () => watch(model, place));
    const onVisible = () => watch(model, place);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      stopFollowing();
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, []);
  useLayoutEffect(() => {
    place.restore(model.reading.part.value.endsWithNewest);
    watch(model, place);
  });
  useLayoutEffect(() => (scroller.current === null ? undefined : rememberRow(scroller.current)), []);
  useKeys(model, place);
  useAnnouncer(model, told);
  useCopying(scroller);
  const pressed = (event: KeyboardEvent) => {
    if (scroller.current !== null && walkRows(scroller.current, event)) event.preventDefault();
  };
  return (
    <section
      ref={scroller}
      class={`log${isEmpty ? " is-empty" : ""}`}
      role="log"
      aria-label={texts.reading.log}
      aria-busy={model.reading.loading.value.state === "loading"}
      tabIndex={0}
      onKeyDown={pressed}
    >
      <div ref={told} class="sr" />
      <div class="col" aria-live="off">
        <LoadingLine model={model} />
        {isEmpty && (
          <EmptyRoom address={address} room={room} isAlone={(model.company.count.value ?? 1) <= 1} />
        )}
        {rows.map((row) => (
          <LogRow key={row.key} row={row} today={today} model={model} words={words} place={place} />
        ))}
      </div>
    </section>
  );
}

/** From anywhere in the page. */
function useKeys(model: RoomModel, place: ReadingPlace): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const log = target instanceof Element ? target.closest(".log") : null;
      if (asksForNewest(event)) {
        event.preventDefault();
        toNewest(model, place);
        // What is in a row keeps it: the row is still there.
        if (target instanceof Element && target.matches(".log, .row")) focusNewest(log);
      }
      const page = asksForPage(event);
      if (page !== undefined) {
        event.preventDefault();
        place.turnPage(page);
      }
      const isAside = log !== null || (target instanceof Element && target.matches(".dock button"));
      if (event.key === "Escape" && isAside) {
        document.querySelector("textarea")?.focus();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

function useToday(words: TimeWords): string {
  const today = useSignal(words.dayKey(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => (today.value = words.dayKey(Date.now())), todayMs);
    return () => clearInterval(timer);
  }, []);
  return today.value;
}

function useAnnouncer(model: RoomModel, told: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (told.current === null) return;
    const announcer = new Announcer(told.current, (count) => texts.reading.unseen(count, false));
    model.reading.onNews = (message) => {
      if (message.uid !== model.me.uid && !document.hidden) announcer.take(message);
    };
  }, []);
}

function useCopying(log: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const copied = (event: ClipboardEvent) => {
      const isField = event.target instanceof Element && event.target.matches("input, textarea");
      if (log.current !== null && !isField) copyAsLines(log.current, event);
    };
    document.addEventListener("copy", copied);
    return () => document.removeEventListener("copy", copied);
  }, []);
}

/** Tells the room what the person has before their eyes, and has it fetch what they will see next. */
function watch(model: RoomModel, place: ReadingPlace): void {
  const { reading } = model;
  reading.watch({ isFollowing: place.isFollowing, isLookedAt: !document.hidden, at: place.at });
  if (reading.loading.peek().state !== "idle") return;
  const { hasOlder, endsWithNewest } = reading.part.peek();
  if (hasOlder && place.isNearStart) reading.loadOlder();
  else if (!endsWithNewest && place.isNearEnd) reading.loadNewer();
}

function LoadingLine({ model }: { readonly model: RoomModel }) {
  const loading = model.reading.loading.value;
  if (loading.state !== "failed") return null;
  return (
    <p class="loading" role="alert">
      <span>{texts.reading.notLoaded(loading.reason)}</span>
      <button type="button" class="text-btn" onClick={() => model.reading.retry()}>
        {texts.trouble.tryAgain}
      </button>
    </p>
  );
}
