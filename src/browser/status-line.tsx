/** One line under the composer, always as high: who you are, who is typing, and how the connection is. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { codePoints } from "../protocol/text.ts";
import { Avatar } from "./avatar.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { NameForm } from "./name-form.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

/** A connection that is back sooner is not worth a word. */
const patienceMs = 800;
const counterFrom = 200;

interface Props {
  readonly model: RoomModel;
  readonly text: ReadonlySignal<string>;
  /** The line is done being written in. */
  readonly onDone: () => void;
}

export function StatusLine({ model, text, onDone }: Props) {
  const isRenaming = useSignal(false);
  const typists = model.company.typists.value;
  const renamed = () => {
    isRenaming.value = false;
    onDone();
  };
  if (isRenaming.value) return <NameForm model={model} onDone={renamed} />;
  return (
    <div class="under">
      <Who model={model} onChange={() => (isRenaming.value = true)} />
      <p class="typing">
        {typists !== "" && (
          <>
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span>{typists}</span>
          </>
        )}
      </p>
      <State model={model} />
      <Counter text={text.value} max={model.maxMessageChars.value} />
    </div>
  );
}

function Who({ model, onChange }: { readonly model: RoomModel; readonly onChange: () => void }) {
  const { uid, name } = model.me.self.value;
  if (uid === undefined) return <p class="who" />;
  return (
    <p class="who">
      <Avatar uid={uid} />
      <span class="whole">
        <span class="youre">{texts.writing.name.youAre} </span>
        <b>
          <bdi>{name}</bdi>
        </b>
      </span>
      <span class="sep">·</span>
      <button type="button" class="text-btn" aria-label={texts.writing.name.changeLabel} onClick={onChange}>
        {texts.writing.name.change}
      </button>
    </p>
  );
}

interface Words {
  readonly icon: IconName;
  readonly tone: "is-warn" | "is-bad";
  readonly text: string;
}

function State({ model }: { readonly model: RoomModel }) {
  const isDown = useDown(model);
  const words = stateInWords(model, isDown);
  return (
    <p class={`state ${words?.tone ?? ""}`} role="status">
      {words !== undefined && (
        <>
          <Icon name={words.icon} />
          <span>{words.text}</span>
        </>
      )}
    </p>
  );
}

/** Whether the connection has been gone for long enough to speak of it. */
function useDown(model: RoomModel): boolean {
  const isDown = useSignal(false);
  const isLive = model.connection.value.state === "live";
  useEffect(() => {
    const timer = setTimeout(() => (isDown.value = !isLive), isLive ? 0 : patienceMs);
    return () => clearTimeout(timer);
  }, [isLive]);
  return isDown.value && !isLive;
}

/** One thing at a time: the worst. */
function stateInWords(model: RoomModel, isDown: boolean): Words | undefined {
  const connection = model.connection.value;
  const waiting = model.sending.waiting.value;
  const queued = waiting === 0 ? "" : ` · ${texts.trouble.queued(waiting)}`;
  if (connection.state === "refused") {
    return {
      icon: "alert",
      tone: "is-bad",
      text: texts.trouble.refused(connection.reason),
    };
  }
  if (isDown && !navigator.onLine)
    return { icon: "offline", tone: "is-warn", text: texts.trouble.offline + queued };
  if (isDown) return { icon: "retry", tone: "is-warn", text: texts.trouble.reconnecting + queued };
  const complaint = model.complaint.value;
  return complaint === "" ? undefined : { icon: "alert", tone: "is-warn", text: complaint };
}

function Counter({ text, max }: { readonly text: string; readonly max: number }) {
  const left = max - codePoints(text);
  const isNear = text !== "" && left <= counterFrom;
  const { tooMany, charactersLeft } = texts.writing;
  const words = left < 0 ? tooMany(-left) : isNear ? charactersLeft(left) : "";
  return (
    <span id="counter" class={`counter${left < 0 ? " is-bad" : ""}`}>
      {words}
    </span>
  );
}
