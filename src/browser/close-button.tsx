/** The way out of what is open over or beside the room. */
import { Icon } from "./icon.tsx";
import { texts } from "./texts/texts.ts";

export function CloseButton({ onClose }: { readonly onClose: () => void }) {
  const { close } = texts.room;
  return (
    <button type="button" class="icon-btn" aria-label={close} title={close} onClick={onClose}>
      <Icon name="close" />
    </button>
  );
}
