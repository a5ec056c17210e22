/** Goes where the page's own address says: once there are messages, and whenever it changes. */
import { effect } from "@preact/signals";
import { followTo } from "./jump.ts";
import { linkedSeq } from "./permalink-address.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";

export function followPermalinks(model: RoomModel, place: ReadingPlace): void {
  const follow = () => {
    const seq = linkedSeq(location.hash);
    if (seq !== undefined) void followTo(seq, model, place);
  };
  addEventListener("hashchange", follow);
  const stop = effect(() => {
    if (!model.reading.isLoaded.value) return;
    queueMicrotask(() => stop());
    follow();
  });
}
