/** The header of a room in another site's page: its name, which opens the whole room in a window of its own. */
import { Icon } from "./icon.tsx";
import { Name } from "./name.tsx";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
}

export function EmbeddedHeader({ model, address, room }: Props) {
  const count = model.company.count.value;
  return (
    <header class="head">
      <div class="col head-in">
        <h1 class="link">
          <a
            class="slug"
            href={address.link}
            target="_blank"
            rel="noopener"
            title={texts.being.embedded.open}
          >
            <Name>{room}</Name>
            <Icon name="open" />
            <span class="sr">{texts.being.embedded.open}</span>
          </a>
        </h1>
        {count !== undefined && (
          <p class="meta">{count === 1 ? texts.room.people.onlyYou : texts.room.people.here(count)}</p>
        )}
      </div>
    </header>
  );
}
