/**
 * The window: the rooms there are, once there is more than one; the room; and what is open beside it. Embedded in
 * another site's page it is the room alone.
 */
import type { ReadonlySignal, Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Alerts } from "./alerts.ts";
import { Dock } from "./dock.tsx";
import { EmbeddedHeader } from "./embedded-header.tsx";
import { Header } from "./header.tsx";
import type { InstallOffer } from "./install-offer.ts";
import type { Kept } from "./keeping.ts";
import { Log } from "./log.tsx";
import { Panels, type View } from "./panels.tsx";
import { crowd } from "./presence.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomAddress } from "./room-address.ts";
import type { RoomModel } from "./room-model.ts";
import type { Rooms } from "./rooms.ts";
import { RoomsList } from "./rooms-list.tsx";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

const calmAgain = crowd - 50;

interface Props {
  readonly model: RoomModel;
  readonly address: RoomAddress;
  readonly room: string;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
  readonly view: Signal<View>;
  readonly rooms: Rooms;
  readonly alerts: Alerts;
  readonly install: InstallOffer;
  readonly base: string;
  readonly publicName: string;
  readonly isEmbedded: boolean;
  readonly kept: ReadonlySignal<Kept>;
}

export function App(props: Props) {
  const { rooms, isEmbedded } = props;
  const hasRooms = rooms.list.value.some(({ path }) => path !== rooms.here) && !isEmbedded;
  const isDense = useDense(props.model);
  return (
    <div class="app">
      {hasRooms && <RoomsList {...props} />}
      <div class={`room${isDense ? " is-dense" : ""}`}>
        {isEmbedded ? <EmbeddedHeader {...props} /> : <Header {...props} />}
        <main class="talk">
          <Log {...props} />
          <KeptNote {...props} />
          <Dock {...props} />
        </main>
      </div>
      <Panels {...props} />
    </div>
  );
}

/** Where hundreds talk a row is one line. It does not go to and fro while people come and go about that number. */
function useDense({ company }: RoomModel): boolean {
  const wasDense = useRef(false);
  const count = company.count.value ?? 0;
  wasDense.current = count > (wasDense.current ? calmAgain : crowd);
  return wasDense.current;
}

/** Without a server from the start: whether anything is here to be read, and how old it is. */
function KeptNote({ kept }: Pick<Props, "kept">) {
  if (kept.value === "unneeded") return null;
  return (
    <div class="col kept" role="status">
      <p>{kept.value === "shown" ? texts.being.kept : texts.being.notKept}</p>
    </div>
  );
}
