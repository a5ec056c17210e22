/** The room's link to hand on: as a code to scan, to copy, or through the system's own share sheet. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import { QrCard } from "./qr-card.tsx";
import type { RoomAddress } from "./room-address.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly address: RoomAddress;
  readonly room: string;
  readonly onClose: () => void;
}

export function ShareDialog({ address, room, onClose }: Props) {
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
    <dialog ref={dialog} class="share" aria-labelledby="share-title" onClose={onClose} onClick={onClick}>
      <div class="share-in">
        <div class="share-head">
          <h2 id="share-title">{texts.room.link.share}</h2>
          <button
            type="button"
            class="icon-btn"
            aria-label={texts.room.close}
            title={texts.room.close}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <QrCard link={address.link} />
        <p class="share-link">
          {address.host}
          <bdi>{room}</bdi>
        </p>
        <div class="share-acts">
          <CopyButton link={address.link} class="is-primary" />
          <SystemShare link={address.link} room={room} />
        </div>
        <p class="share-who">
          <Icon name="unlock" />
          {texts.room.link.whoMayComeIn}
        </p>
      </div>
    </dialog>
  );
}

function SystemShare({ link, room }: { readonly link: string; readonly room: string }) {
  if (!("share" in navigator)) return null;
  const share = () => {
    navigator.share({ title: room, url: link }).catch(() => undefined); // They changed their mind.
  };
  return (
    <button type="button" class="btn" onClick={share}>
      {texts.room.link.systemShare}
    </button>
  );
}
