/** What is wrong with the connection, in the line under the composer, and the way on. One thing at a time: the worst. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";
import { useSecondsUntil } from "./use-seconds.ts";

/** A connection that is back sooner is not worth a word. */
const patienceMs = 2_000;

interface Words {
  readonly icon: IconName;
  readonly tone: "is-warn" | "is-bad";
  readonly text: string;
}

export function TroubleState({ model }: { readonly model: RoomModel }) {
  const isDown = useDown(model);
  const words = stateInWords(model, isDown);
  const isWaiting = isDown && model.connection.value.state === "waiting" && navigator.onLine;
  return (
    <>
      <p class={`state ${words?.tone ?? ""}`} role="status">
        {words !== undefined && (
          <>
            <Icon name={words.icon} />
            <span title={words.text}>{words.text}</span>
          </>
        )}
      </p>
      {isWaiting && <TryNow model={model} />}
    </>
  );
}

/** Beside the status, not in it: a second that passes is nothing to read out. */
function TryNow({ model }: { readonly model: RoomModel }) {
  const connection = model.connection.value;
  const seconds = useSecondsUntil(connection.state === "waiting" ? connection.until : 0);
  return (
    <span class="try-now">
      {seconds > 0 && <span aria-hidden="true">{texts.trouble.inSeconds(seconds)}</span>}
      <button type="button" class="text-btn" onClick={() => model.tryNow()}>
        {texts.trouble.tryNow}
      </button>
    </span>
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

function stateInWords(model: RoomModel, isDown: boolean): Words | undefined {
  const connection = model.connection.value;
  const { trouble } = texts;
  const waiting = model.sending.waiting.value;
  const queued = waiting === 0 ? "" : ` · ${trouble.queued(waiting)}`;
  if (connection.state === "refused") {
    return { icon: "alert", tone: "is-bad", text: trouble.refused(connection.reason) };
  }
  if (isDown && !navigator.onLine)
    return { icon: "offline", tone: "is-warn", text: trouble.offline + queued };
  if (isDown) return { icon: "retry", tone: "is-warn", text: trouble.down[model.why.value] + queued };
  const complaint = model.complaint.value;
  return complaint === "" ? undefined : { icon: "alert", tone: "is-warn", text: complaint };
}
