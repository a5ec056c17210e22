/**
 * A panel beside the room; below 1200 px it covers the room, which is out of reach meanwhile, and Back closes it. The
 * focus goes in when it opens and comes back when it closes; Escape closes it.
 */
import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { onCloseRequest } from "./close-request.ts";
import { CloseButton } from "./close-button.tsx";

/** As in panel.css. */
const docked = "(min-width: 1200px)";

export function isDocked(): boolean {
  return matchMedia(docked).matches;
}

interface Props {
  readonly title: string;
  /** How many, beside the title. */
  readonly note: string;
  /** What has the focus first. */
  readonly field: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly foot?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Panel({ title, note, field, onClose, foot, children }: Props) {
  const panel = useRef<HTMLElement>(null);
  useFocusAndCover(panel, field);
  useBack(onClose);
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's Escape takes back what is being composed.
    if (event.key === "Escape" && !event.isComposing) onClose();
  };
  return (
    <>
      <div class="panel-outside" onClick={onClose} />
      <aside ref={panel} class="panel" aria-label={title} onKeyDown={onKeyDown}>
        <div class="panel-head">
          <h2>{title}</h2>
          <span class="num">{note}</span>
          <CloseButton onClose={onClose} />
        </div>
        {children}
        {foot !== undefined && <p class="panel-foot">{foot}</p>}
      </aside>
    </>
  );
}

/** What is covered must not take the focus, and has to be back in reach before the focus comes back to it. */
function useFocusAndCover(panel: RefObject<HTMLElement | null>, field: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = panel.current;
    const room = element?.parentElement?.querySelector(".room");
    const media = matchMedia(docked);
    const opener = document.activeElement;
    const cover = () => room?.toggleAttribute("inert", !media.matches);
    cover();
    media.addEventListener("change", cover);
    field.current?.focus();
    return () => {
      media.removeEventListener("change", cover);
      room?.removeAttribute("inert");
      // Who went on elsewhere stays there.
      if (element?.contains(document.activeElement)) giveBack(opener, room);
    };
  }, []);
}

/** Only while it covers the room: beside it Escape belongs to where the focus is. */
function useBack(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const media = matchMedia(docked);
    const watch = () => (media.matches ? undefined : onCloseRequest(() => close.current()));
    let stop = watch();
    const changed = () => {
      stop?.();
      stop = watch();
    };
    media.addEventListener("change", changed);
    return () => {
      media.removeEventListener("change", changed);
      stop?.();
    };
  }, []);
}

function giveBack(opener: Element | null, room: Element | null | undefined): void {
  const isUsable = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
  const target = isUsable ? opener : room?.querySelector("textarea");
  target?.focus();
}
