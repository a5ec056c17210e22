/** Copies the room's link and says so for two seconds. Not there where there is no clipboard (plain http). */
import { canCopy, useCopying } from "./copying.ts";
import { Icon } from "./icon.tsx";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly link: string;
  readonly class: string;
}

export function CopyButton({ link, class: className }: Props) {
  const { said, copy } = useCopying(link);
  if (!canCopy()) return null;
  const isDone = said === "copied";
  return (
    <button type="button" class={`btn ${className}${isDone ? " is-done" : ""}`} onClick={copy}>
      <Icon name={isDone ? "check" : "copy"} />
      <span aria-live="polite">{texts.room.link[said]}</span>
    </button>
  );
}
