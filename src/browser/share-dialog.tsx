/** The room's link to hand on: as a code to scan, to copy, or through the system's own share sheet. */
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import { Modal } from "./modal.tsx";
import { Name } from "./name.tsx";
import { QrCard } from "./qr-card.tsx";
import type { RoomAddress } from "./room-address.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly address: RoomAddress;
  readonly room: string;
  readonly onClose: () => void;
}

export function ShareDialog({ address, room, onClose }: Props) {
  return (
    <Modal title={texts.room.link.share} class="share" onClose={onClose}>
      <QrCard link={address.link} />
      <p class="share-link">
        {address.host}
        <Name>{room}</Name>
      </p>
      <div class="share-acts">
        <CopyButton link={address.link} class="is-primary" />
        <SystemShare link={address.link} room={room} />
      </div>
      <p class="share-who">
        <Icon name="unlock" />
        {texts.room.link.whoMayComeIn}
      </p>
    </Modal>
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
