/** Copies a text and says for two seconds whether it did. Not to be had without a clipboard (plain http). */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const saysSoMs = 2_000;

export type Copied = "copy" | "copied" | "notCopied";

export function canCopy(): boolean {
  return "clipboard" in navigator;
}

export function useCopying(text: string) {
  const said = useSignal<Copied>("copy");
  useEffect(() => {
    if (said.value === "copy") return undefined;
    const timer = setTimeout(() => (said.value = "copy"), saysSoMs);
    return () => clearTimeout(timer);
  }, [said.value]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => (said.value = "copied"),
      () => (said.value = "notCopied"),
    );
  };
  return { said: said.value, copy };
}
