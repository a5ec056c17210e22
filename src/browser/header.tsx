/** The room's face is its link. */
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
}

export function Header({ model, address, room }: Props) {
  return (
    <header class="head">
      <div class="col head-in">
        <div class="addr">
          <h1 class="link" title={address.link}>
            <span class="host">{address.host}</span>
            <bdi class="slug">{room}</bdi>
          </h1>
          <p class="meta">
            <span class="lock">
              <Icon name="unlock" />
              Anyone with the link
            </span>
            <Here count={model.count.value} />
          </p>
        </div>
        <CopyButton link={address.link} class="copy" />
      </div>
    </header>
  );
}

function Here({ count }: { readonly count: number | undefined }) {
  if (count === undefined) return null;
  return <span class="here">{count === 1 ? "Only you" : `${count.toLocaleString()} here`}</span>;
}
