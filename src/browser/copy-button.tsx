/** Copies the room's link and says so for two seconds. Not there where there is no clipboard (plain http). */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "./icon.tsx";

const saysCopiedMs = 2_000;

interface Props {
  readonly link: string;
  readonly class: string;
}

export function CopyButton({ link, class: className }: Props) {
  const said = useSignal<"Copy link" | "Copied" | "Not copied">("Copy link");
  useEffect(() => {
    if (said.value === "Copy link") return undefined;
    const timer = setTimeout(() => (said.value = "Copy link"), saysCopiedMs);
    return () => clearTimeout(timer);
  }, [said.value]);
  if (!("clipboard" in navigator)) return null;
  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => (said.value = "Copied"),
      () => (said.value = "Not copied"),
    );
  };
  const isDone = said.value === "Copied";
  return (
    <button type="button" class={`btn ${className}${isDone ? " is-done" : ""}`} onClick={copy}>
      <Icon name={isDone ? "check" : "copy"} />
      <span aria-live="polite">{said.value}</span>
    </button>
  );
}
