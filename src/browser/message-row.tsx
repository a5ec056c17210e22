/** One message: kept, deleted, on its way, or not sent with what can be done about it. */
import type { ShownMessage } from "../protocol/fold.ts";
import { Icon } from "./icon.tsx";
import { MessageText } from "./message-text.tsx";
import { namesInWords } from "./names-in-words.ts";
import type { Outgoing } from "./outbox.ts";
import type { RoomModel } from "./room-model.ts";
import type { Entry } from "./rows.ts";
import type { TimeWords } from "./time-words.ts";

interface Props {
  readonly entry: Entry;
  /** The first of a group has its time beside the name. */
  readonly isFirst: boolean;
  readonly model: RoomModel;
  readonly words: TimeWords;
}

export function MessageRow({ entry, isFirst, model, words }: Props) {
  return (
    <div class={`row ${standing(entry)}`} data-key={entry.key}>
      {!isFirst && (
        <time class="row-at" dateTime={new Date(entry.at).toISOString()} title={words.full(entry.at)}>
          {words.shortest(entry.at)}
        </time>
      )}
      {entry.kind === "kept" ? (
        <Kept shown={entry.shown} model={model} />
      ) : (
        <Going item={entry.item} model={model} />
      )}
    </div>
  );
}

function standing(entry: Entry): "" | "is-pending" | "is-failed" {
  if (entry.kind === "kept" || entry.item.status.state === "kept") return "";
  return entry.item.status.state === "failed" ? "is-failed" : "is-pending";
}

function Kept({ shown, model }: { readonly shown: ShownMessage; readonly model: RoomModel }) {
  if (shown.isDeleted) {
    return (
      <p class="text is-deleted">
        <Icon name="trash" />
        Message deleted
      </p>
    );
  }
  return (
    <>
      <MessageText text={shown.text} isEdited={shown.isEdited} isPending={false} />
      {shown.reactions.length > 0 && <Reactions shown={shown} me={model.me.uid} />}
    </>
  );
}

function Reactions({ shown, me }: { readonly shown: ShownMessage; readonly me: string | undefined }) {
  return (
    <ul class="reacts" aria-label="Reactions">
      {shown.reactions.map(({ emoji, by }) => (
        <li
          key={emoji}
          class={`re${by.some(({ uid }) => uid === me) ? " is-mine" : ""}`}
          title={namesInWords(by.map(({ name }) => name))}
        >
          <span class="em">{emoji}</span>
          <span class="n">{by.length}</span>
        </li>
      ))}
    </ul>
  );
}

function Going({ item, model }: { readonly item: Outgoing; readonly model: RoomModel }) {
  const { status } = item;
  const isPending = status.state === "queued" || status.state === "sent";
  return (
    <>
      <MessageText text={item.text} isEdited={false} isPending={isPending} />
      {status.state === "failed" && (
        <p class="fail" role="alert">
          <span class="why-not">
            <Icon name="alert" />
            Not sent. {status.reason}
          </span>
          <button type="button" class="text-btn is-bad" onClick={() => model.retry(item.ref)}>
            Retry
          </button>
          <button type="button" class="text-btn is-quiet" onClick={() => model.discard(item.ref)}>
            Delete
          </button>
        </p>
      )}
    </>
  );
}
