/**
 * A dialog of the browser's own under its title: it holds the focus and gives it back, and closes by Escape, its
 * button, or a press beside it.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CloseButton } from "./close-button.tsx";

interface Props {
  readonly title: string;
  readonly class: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Modal({ title, class: kind, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Closed before it goes, since only then the focus comes back.
    return () => element?.close();
  }, []);
  // What is pressed inside is inside the sheet; the dialog itself is hit only around it.
  const onClick = (event: MouseEvent) => event.target === dialog.current && onClose();
  return (
    <dialog ref={dialog} class={kind} aria-labelledby="modal-title" onClose={onClose} onClick={onClick}>
      <div class="share-in">
        <div class="share-head">
          <h2 id="modal-title">{title}</h2>
          <CloseButton onClose={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
