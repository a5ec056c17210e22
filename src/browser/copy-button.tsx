/** Copies the room's link and says so for two seconds. Not there where there is no clipboard (plain http). */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { texts } from "./texts/texts.ts";

const saysCopiedMs = 2_000;

interface Props {
  readonly link: string;
  readonly class: string;
}

export function CopyButton({ link, class: className }: Props) {
  const said = useSignal<"copy" | "copied" | "notCopied">("copy");
  useEffect(() => {
    if (said.value === "copy") return undefined;
    const timer = setTimeout(() => (said.value = "copy"), saysCopiedMs);
    return () => clearTimeout(timer);
  }, [said.value]);
  if (!("clipboard" in navigator)) return null;
  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => (said.value = "copied"),
      () => (said.value = "notCopied"),
    );
  };
  const isDone = said.value === "copied";
  return (
    <button type="button" class={`btn ${className}${isDone ? " is-done" : ""}`} onClick={copy}>
      <Icon name={isDone ? "check" : "copy"} />
      <span aria-live="polite">{texts.room.link[said.value]}</span>
    </button>
  );
}
