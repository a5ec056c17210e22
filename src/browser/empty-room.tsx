/** A room in which nothing was said yet: the link, unfolded. */
import { CopyButton } from "./copy-button.tsx";
import { Name } from "./name.tsx";
import type { RoomAddress } from "./room-address.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly address: RoomAddress;
  readonly room: string;
  readonly isAlone: boolean;
}

/** More than fit on a line at full size. */
const manyLetters = 20;

export function EmptyRoom({ address, room, isAlone }: Props) {
  return (
    <div class="empty">
      <p class={`hero${room.length > manyLetters ? " is-long" : ""}`}>
        {address.host}
        <Name>{room}</Name>
      </p>
      <p class="lead">{isAlone ? texts.room.empty.alone : texts.room.empty.silent}</p>
      <CopyButton link={address.link} class="is-primary is-l" />
    </div>
  );
}
