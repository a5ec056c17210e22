/** The list of rooms over the room, where there is no place beside it. Closes by Escape, or by a press beside it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Rooms } from "./rooms.ts";
import { RoomsList } from "./rooms-list.tsx";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly rooms: Rooms;
  readonly base: string;
  readonly publicName: string;
  readonly onClose: () => void;
}

export function RoomsDrawer({ rooms, base, publicName, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The keyboard of a phone must not come up for a list.
    element?.querySelector<HTMLElement>("[aria-current]")?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-label={texts.being.rooms.title}
      onClose={onClose}
      onClick={(event: MouseEvent) => event.target === dialog.current && onClose()}
    >
      <RoomsList rooms={rooms} base={base} publicName={publicName} />
    </dialog>
  );
}
