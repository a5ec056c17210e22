/** The way to ask anew what was not answered, in a panel; and when it is asked anew by itself. */
import type { Reply } from "./question.ts";
import { texts } from "./texts/texts.ts";
import { useSecondsUntil } from "./use-seconds.ts";

interface Props {
  readonly reply: Reply<unknown>;
  readonly onPress: () => void;
}

/** Beside the status, not in it: a second that passes is nothing to read out. */
export function AskAgain({ reply, onPress }: Props) {
  const isWaiting = reply.state === "waiting";
  const seconds = useSecondsUntil(isWaiting ? reply.until : 0);
  if (!isWaiting && reply.state !== "failed") return null;
  return (
    <p class="said again">
      <button type="button" class="text-btn" onClick={onPress}>
        {isWaiting ? texts.trouble.tryNow : texts.trouble.tryAgain}
      </button>
      {seconds > 0 && <span aria-hidden="true">{texts.trouble.inSeconds(seconds)}</span>}
    </p>
  );
}
