/**
 * The window: the rooms there are, once there is more than one; the room; and what is open beside it. Embedded in
 * another site's page it is the room alone.
 */
import type { Signal } from "@preact/signals";
import type { Alerts } from "./alerts.ts";
import { Dock } from "./dock.tsx";
import { EmbeddedHeader } from "./embedded-header.tsx";
import { Header } from "./header.tsx";
import { Log } from "./log.tsx";
import { Panels, type View } from "./panels.tsx";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import { RoomsList } from "./rooms-list.tsx";
import type { TimeWords } from "./time-words.ts";

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
  readonly view: Signal<View>;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
  readonly base: string;
  readonly publicName: string;
  readonly isEmbedded: boolean;
}

export function App(props: Props) {
  const { rooms, isEmbedded } = props;
  const hasRooms = rooms.list.value.some(({ path }) => path !== rooms.here) && !isEmbedded;
  return (
    <div class="app">
      {hasRooms && <RoomsList {...props} />}
      <div class="room">
        {isEmbedded ? <EmbeddedHeader {...props} /> : <Header {...props} />}
        <main class="talk">
          <Log {...props} />
          <Dock {...props} />
        </main>
      </div>
      <Panels {...props} />
    </div>
  );
}
