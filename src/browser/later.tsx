/**
 * A part of the page that is loaded when it is first needed: a file of its own, built apart (web/build-page.ts), shown
 * once its looks are here too. Then it stays; what could not be had is asked for again the next time.
 */
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { partsStyleHere } from "./parts-style.ts";

interface OnFailed {
  /** It cannot be had: there is no network, or the server has another build by now. */
  readonly onFailed: () => void;
}

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P & OnFailed> {
  let Held: ComponentType<P> | undefined;
  return function Later(props: P & OnFailed) {
    const isHere = useSignal(Held !== undefined);
    useEffect(() => {
      let isGone = false;
      if (Held !== undefined) return undefined;
      Promise.all([load(), partsStyleHere()]).then(
        ([Part]) => {
          Held = Part;
          if (!isGone) isHere.value = true;
        },
        () => !isGone && props.onFailed(),
      );
      return () => (isGone = true);
    }, []);
    return isHere.value && Held !== undefined ? <Held {...props} /> : null;
  };
}
