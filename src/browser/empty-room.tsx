/** A room in which nothing was said yet: the link, unfolded. */
import { CopyButton } from "./copy-button.tsx";
import type { RoomAddress } from "./room-address.ts";

interface Props {
  readonly address: RoomAddress;
  readonly room: string;
  readonly isAlone: boolean;
}

export function EmptyRoom({ address, room, isAlone }: Props) {
  return (
    <div class="empty">
      <p class="hero">
        {address.host}
        <bdi>{room}</bdi>
      </p>
      <p class="lead">
        {isAlone
          ? "This room is that link, and so far it’s yours alone. Send it: whoever opens it is in, no account, and reads from the first word."
          : "Nothing was said here yet. Whoever opens that link is in, no account, and reads from the first word."}
      </p>
      <CopyButton link={address.link} class="is-primary is-l" />
    </div>
  );
}
