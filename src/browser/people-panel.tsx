/** Who is here, found by name; follows the comings and goings while it is open. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { hueOf } from "../protocol/person-name.ts";
import type { Person } from "../protocol/server-frames.ts";
import { AskAgain } from "./ask-again.tsx";
import { Avatar } from "./avatar.tsx";
import { FindField } from "./find-field.tsx";
import { Name } from "./name.tsx";
import { Panel } from "./panel.tsx";
import { inOrder, readPeopleHere, restInWords, type PeopleHere } from "./people-here.ts";
import { crowd } from "./presence.ts";
import { Question, type Reply } from "./question.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

const typingPauseMs = 150;
/** Longer than an answer usually takes, since asking again aborts it. */
const newsPauseMs = 500;
/** In a crowd somebody comes or goes all the time, and the list is long. */
const crowdPauseMs = 5_000;

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly onClose: () => void;
}

export function PeoplePanel({ model, address, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const query = useSignal("");
  const { reply, ask } = usePeople(model, address, () => query.value);
  const count = model.company.count.value;
  const onInput = (text: string) => {
    query.value = text.trim();
    ask(typingPauseMs);
  };
  return (
    <Panel
      title={texts.room.people.title}
      note={count === undefined ? "" : texts.room.people.here(count)}
      field={field}
      onClose={onClose}
      foot={reply.state === "answered" && query.value === "" ? restInWords(reply.answer) : undefined}
    >
      <FindField field={field} label={texts.room.people.find} onInput={onInput} />
      <div class="panel-body">
        <p class="said" role="status">
          {stateInWords(reply, query.value)}
        </p>
        <AskAgain reply={reply} onPress={() => ask(0)} />
        {reply.state === "answered" && <List people={reply.answer.people} me={model.me.uid} />}
      </div>
    </Panel>
  );
}

/** Asks at once, when the query changes, and after news, of which many are one question. */
function usePeople(model: RoomModel, address: RoomAddress, query: () => string) {
  const question = useMemo(() => new Question(readPeopleHere), []);
  const ask = (delayMs: number) => {
    question.ask(`${address.peopleUrl}?q=${encodeURIComponent(query())}`, delayMs);
  };
  const refresh = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSignalEffect(() => {
    const hasNews = model.company.news.value > 0;
    const isFirst = !hasNews || question.reply.peek().state === "none";
    const isCrowd = (model.company.count.peek() ?? 0) > crowd;
    const pauseMs = isFirst ? 0 : isCrowd ? crowdPauseMs : newsPauseMs;
    refresh.current ??= setTimeout(() => {
      refresh.current = undefined;
      ask(0);
    }, pauseMs);
  });
  useEffect(
    () => () => {
      clearTimeout(refresh.current);
      question.stop();
    },
    [],
  );
  return { reply: question.reply.value, ask };
}

function stateInWords(reply: Reply<PeopleHere>, query: string): string {
  if (reply.state === "waiting") return texts.trouble.asksAgain;
  if (reply.state === "failed") return texts.room.people.notLoaded(reply.reason);
  if (reply.state === "none" || query === "" || reply.answer.people.length > 0) return "";
  return texts.room.people.nobody(query);
}

function List({ people, me }: { readonly people: readonly Person[]; readonly me: string | undefined }) {
  return (
    <ul>
      {inOrder(people, me).map(({ uid, name }) => (
        <li key={uid} class={`person h${hueOf(uid)}`}>
          <Avatar uid={uid} />
          <Name class="name" title={name}>
            {name}
          </Name>
          {uid === me && <span class="aside">{texts.room.people.you}</span>}
        </li>
      ))}
    </ul>
  );
}
