/** How many seconds are left until a moment; drawn again with each that passes, and not at all once it is over. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { UnixMs } from "../protocol/events.ts";

export function useSecondsUntil(moment: UnixMs): number {
  const now = useSignal(Date.now());
  const left = Math.max(0, Math.ceil((moment - now.value) / 1000));
  useEffect(() => {
    now.value = Date.now();
    const timer = setInterval(() => {
      now.value = Date.now();
      if (now.value >= moment) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return left;
}
