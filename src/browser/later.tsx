/** A part of the page that is loaded when it is first needed: a file of its own, built apart (web/build-page.ts). */
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

interface Props<P> {
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
  /** It cannot be had: there is no network, or the server has another build by now. */
  readonly onFailed: () => void;
}

export function Later<P extends object>({ load, props, onFailed }: Props<P>) {
  const loaded = useSignal<{ readonly Part: ComponentType<P> } | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    load().then(
      (Part) => !isGone && (loaded.value = { Part }),
      () => !isGone && onFailed(),
    );
    return () => (isGone = true);
  }, []);
  if (loaded.value === undefined) return null;
  const { Part } = loaded.value;
  return <Part {...props} />;
}
