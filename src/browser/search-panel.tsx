/** Finds what was said in the room, and goes there. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { AskAgain } from "./ask-again.tsx";
import type { EarlyWords } from "./early-words.ts";
import { FindField } from "./find-field.tsx";
import type { Whereabouts } from "./history.ts";
import { jumpTo } from "./jump.ts";
import { isDocked, Panel } from "./panel.tsx";
import { Question, type Reply } from "./question.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { byDay, countInWords, readHits, type Hit } from "./search-hits.ts";
import { HitRow } from "./hit-row.tsx";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

const typingPauseMs = 200;

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
  /** What was typed before the panel was there. */
  readonly early: EarlyWords;
  readonly onClose: () => void;
}

export function SearchPanel({ model, address, words, place, early, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { reply, ask } = useSearch(model, address);
  const { jump, chosen, go, close } = useJump(model, place, onClose);
  // Before the panel looks where the focus is, to give it back.
  const typed = useMemo(() => early.give(), []);
  useLayoutEffect(() => {
    if (typed === "" || field.current === null) return;
    field.current.value = typed;
    ask(typed, 0);
  }, []);
  useSignalEffect(() => {
    const { wantedSearch } = model.composing;
    if (wantedSearch.value === undefined || field.current === null) return;
    field.current.value = wantedSearch.value;
    ask(wantedSearch.value, 0);
    wantedSearch.value = undefined;
  });
  const answered = reply.state === "answered" ? reply.answer : [];
  return (
    <Panel
      title={texts.room.search.title}
      note={answered.length > 0 ? countInWords(answered) : ""}
      field={field}
      onClose={close}
      foot={<KeyHints />}
    >
      <FindField
        field={field}
        label={texts.room.search.find}
        onInput={(text) => ask(text, typingPauseMs)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing) ask(field.current?.value ?? "", 0);
          if (event.key === "ArrowDown") step(event, list.current, field.current);
        }}
      />
      <div ref={list} class="panel-body" onKeyDown={(event) => step(event, list.current, field.current)}>
        <p class="said" role="status">
          {jumpInWords(jump) || replyInWords(reply)}
        </p>
        <AskAgain reply={reply} onPress={() => ask(field.current?.value ?? "", 0)} />
        {byDay(answered, (at) => words.day(at, Date.now())).map(({ day, hits }) => (
          <section key={day}>
            <h3 class="label">{day}</h3>
            {hits.map((hit) => (
              <HitRow
                key={hit.seq}
                hit={hit}
                words={words}
                isChosen={hit.seq === chosen}
                onPress={() => go(hit)}
              />
            ))}
          </section>
        ))}
      </div>
    </Panel>
  );
}

/** Asks while one types, and again when the connection is back after a failure. */
function useSearch(model: RoomModel, address: RoomAddress) {
  const question = useMemo(() => new Question(readHits), []);
  const asked = useRef("");
  const ask = (text: string, delayMs: number) => {
    asked.current = text.trim();
    if (asked.current === "") question.forget();
    else question.ask(`${address.searchUrl}?q=${encodeURIComponent(asked.current)}`, delayMs);
  };
  useSignalEffect(() => {
    const isBack = model.connection.value.state === "live";
    if (isBack && question.reply.peek().state === "failed") ask(asked.current, 0);
  });
  useEffect(() => () => question.stop(), []);
  return { reply: question.reply.value, ask };
}

type Jumping = "none" | "going" | Whereabouts;

function useJump(model: RoomModel, place: ReadingPlace, onClose: () => void) {
  const jump = useSignal<Jumping>("none");
  const chosen = useSignal(0);
  const close = () => {
    onClose();
    // Who went somewhere goes on there, not where they came from.
    if (jump.value === "there") requestAnimationFrame(() => place.focusFound());
  };
  const go = ({ seq }: Hit) => {
    jump.value = "going";
    chosen.value = seq;
    void jumpTo(seq, model, place).then((outcome) => {
      // Another one was pressed meanwhile.
      if (chosen.value !== seq) return;
      jump.value = outcome;
      // What is found lies under the panel.
      if (outcome === "there" && !isDocked()) close();
    });
  };
  return { jump: jump.value, chosen: chosen.value, go, close };
}

function jumpInWords(jump: Jumping): string {
  if (jump === "none" || jump === "there") return "";
  return jump === "going" ? texts.room.search.going : texts.reading.jump[jump];
}

function replyInWords(reply: Reply<readonly Hit[]>): string {
  switch (reply.state) {
    case "none":
      return texts.room.search.hint;
    case "waiting":
      return texts.trouble.asksAgain;
    case "failed":
      return reply.reason;
    case "answered":
      return reply.answer.length === 0 ? texts.room.search.nothing : "";
  }
}

/** Up and down walk over what was found; up from the first one goes back to the field. */
function step(event: KeyboardEvent, list: HTMLElement | null, field: HTMLElement | null): void {
  if (list === null || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const hits = [...list.querySelectorAll<HTMLElement>(".hit")];
  const at = hits.findIndex((hit) => hit === document.activeElement);
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  if (next < 0) field?.focus();
  else hits[next]?.focus();
}

function KeyHints() {
  const { keys } = texts.room.search;
  return (
    <>
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> {keys.move}
      </span>
      <span>
        <kbd>↵</kbd> {keys.go}
      </span>
      <span>
        <kbd>Esc</kbd> {keys.close}
      </span>
    </>
  );
}
