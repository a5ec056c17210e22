/** One message: kept, deleted, on its way, or not sent with what can be done about it. */
import { useSignal } from "@preact/signals";
import type { ShownMessage } from "../protocol/fold.ts";
import { useAttendedRow } from "./attended-row.ts";
import { EntryTime } from "./entry-time.tsx";
import { Icon } from "./icon.tsx";
import { mentions } from "./mentions.ts";
import { MessageText } from "./message-text.tsx";
import {
  canBeTakenBack,
  isPending,
  type Outgoing,
  type OutgoingEdit,
  type OutgoingMessage,
} from "./outgoing.ts";
import { Quote } from "./quote.tsx";
import { Reactions } from "./reactions.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import { rowId } from "./permalink-address.ts";
import { RowSheet } from "./row-sheet.tsx";
import { MoreButton, pressTool, RowTools, TakeBack, type Asking } from "./row-tools.tsx";
import { inItsWords, type Entry } from "./rows.ts";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

interface Props {
  readonly entry: Entry;
  /** The first of a group has its time beside the name. */
  readonly isFirst: boolean;
  readonly model: RoomModel;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
}

export function MessageRow({ entry, isFirst, model, words, place }: Props) {
  const { isAttended, isTapped, isPressed, handlers } = useAttendedRow();
  const shown = inItsWords(entry);
  const asking = useSignal<Asking>("nothing");
  const isDeleted = entry.kind === "kept" && shown === undefined;
  const { uid, name } = model.me.self.value;
  const isToMe = shown !== undefined && shown.message.uid !== uid && mentions(shown.text, name);
  const id = entry.kind === "kept" ? rowId(entry.shown.message.seq) : undefined;
  return (
    <div
      class={`row ${standing(entry)}${isToMe ? " is-me" : ""}`}
      id={id}
      data-key={entry.key}
      tabIndex={-1}
      onKeyDown={pressTool}
      {...handlers}
    >
      {!isFirst && <EntryTime entry={entry} words={words} class="row-at" text={words.shortest(entry.at)} />}
      {entry.quoted !== undefined && !isDeleted && (
        <Quote quoted={entry.quoted} model={model} place={place} isInTabOrder={isAttended} />
      )}
      {entry.kind === "kept" ? (
        <Kept shown={entry.shown} edit={entry.edit} model={model} isAttended={isAttended} />
      ) : (
        <Going item={entry.item} model={model} />
      )}
      {entry.kind === "outgoing" && (isAttended || isTapped) && canBeTakenBack(entry.item) && (
        <TakeBack item={entry.item} model={model} />
      )}
      {shown !== undefined && isAttended && <RowTools shown={shown} model={model} asking={asking} />}
      {shown !== undefined && isTapped && <MoreButton onPress={() => (isPressed.value = true)} />}
      {shown !== undefined && isPressed.value && <RowSheet shown={shown} model={model} isOpen={isPressed} />}
    </div>
  );
}

function standing(entry: Entry): "" | "is-pending" | "is-failed" {
  const item = entry.kind === "kept" ? entry.edit : entry.item;
  if (item === undefined || item.status.state === "kept") return "";
  return item.status.state === "failed" ? "is-failed" : "is-pending";
}

interface KeptProps {
  readonly shown: ShownMessage;
  readonly edit: OutgoingEdit | undefined;
  readonly model: RoomModel;
  readonly isAttended: boolean;
}

function Kept({ shown, edit, model, isAttended }: KeptProps) {
  const isFailed = edit?.status.state === "failed";
  const text = edit?.act.message ?? shown.text;
  const isEdited = edit !== undefined || shown.isEdited;
  const isWaiting = edit !== undefined && isPending(edit);
  return (
    <>
      {shown.isDeleted && (
        <p class="text is-deleted">
          <Icon name="trash" />
          {texts.reading.message.deleted}
        </p>
      )}
      {/* Words that could not take their place any more are still shown, to be copied. */}
      {(!shown.isDeleted || isFailed) && (
        <MessageText
          text={text}
          isEdited={isEdited}
          isPending={isWaiting}
          author={shown.message}
          me={model.me.self.value.name}
          names={model.names}
        />
      )}
      {edit !== undefined && <Failure item={edit} model={model} what={texts.trouble.notChanged} />}
      {shown.reactions.length > 0 && <Reactions shown={shown} model={model} isInTabOrder={isAttended} />}
    </>
  );
}

function Going({ item, model }: { readonly item: OutgoingMessage; readonly model: RoomModel }) {
  const { uid, name } = model.me.self.value;
  return (
    <>
      <MessageText
        text={item.act.message}
        isEdited={false}
        isPending={isPending(item)}
        author={{ uid: uid ?? "", name }}
        me={name}
        names={model.names}
      />
      <Failure item={item} model={model} what={texts.trouble.notSent} />
    </>
  );
}

interface FailureProps {
  readonly item: Outgoing;
  readonly model: RoomModel;
  readonly what: string;
}

function Failure({ item, model, what }: FailureProps) {
  if (item.status.state !== "failed") return null;
  return (
    <p class="fail" role="alert">
      <span class="why-not">
        <Icon name="alert" />
        {what} {item.status.reason}
      </span>
      <button type="button" class="text-btn is-bad" onClick={() => model.sending.retry(item.ref)}>
        {texts.trouble.retry}
      </button>
      <button type="button" class="text-btn is-quiet" onClick={() => model.sending.discard(item.ref)}>
        {item.act.action === "edit" ? texts.trouble.forget : texts.trouble.delete}
      </button>
    </p>
  );
}
